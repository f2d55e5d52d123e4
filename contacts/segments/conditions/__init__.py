"""The kinds of conditions, one small module each; `registry` lists them."""
