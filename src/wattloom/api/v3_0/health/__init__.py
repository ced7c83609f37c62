"""Is the server there, which versions does it speak, and is it ready to work?"""
