"""Who is calling: by token or key, by session, by e-mail and password, with a code beside them."""
