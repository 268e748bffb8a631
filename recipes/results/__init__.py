"""From finished runs to files of `zoo/results`, and from these to the tables of the pages."""
