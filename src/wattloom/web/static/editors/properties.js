/** Everything that edits the properties of an asset. */
import "./flex-editor.js";
import "./graph-editor.js";
import "./json-text.js";
import "./kpi-editor.js";
