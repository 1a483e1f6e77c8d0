"""People who work in the portal: accounts, groups, language grants, sign-in. Residents need no account."""
