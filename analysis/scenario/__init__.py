"""One scenario on many virtual companies: types, outcomes, hours."""
