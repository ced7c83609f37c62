/** What every page of a logged-in user needs: htmx, which refreshes parts of the page. */
import "htmx.org";
