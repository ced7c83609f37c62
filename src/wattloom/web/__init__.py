"""The pages that people look at, and the front end that is bundled with them."""
