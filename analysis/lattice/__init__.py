"""The complete lever lattice: what each lever brings, alone and with others, and the best bundles."""
