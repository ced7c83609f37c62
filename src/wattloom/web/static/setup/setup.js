/** The scripts of the wizard's steps. */
import "../core/sensor-picker.js";
import "./device-setup.js";
import "./first-plan.js";
import "./tariff-setup.js";
