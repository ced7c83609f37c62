"""How somebody shows who is calling: passwords, second factors, tokens, API keys."""
