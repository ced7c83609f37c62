"""The dashboard of all sites, and the front page of one."""
