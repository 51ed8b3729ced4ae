"""My account: what the signed-in person sees of themselves."""
