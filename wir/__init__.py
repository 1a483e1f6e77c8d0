"""WIR2.0, Hannover's plan for migration and participation, as a portal. This package ties the apps together."""
