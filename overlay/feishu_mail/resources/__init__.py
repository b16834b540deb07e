"""What users call, a module for each resource: a method names its operation and its parameters."""
