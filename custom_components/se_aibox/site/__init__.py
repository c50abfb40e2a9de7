"""Sites: places with ways in and out, and who is inside."""
