"""The register of talks with children: what they are about, and of whom nothing."""
