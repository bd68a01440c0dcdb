// The tables of Data/ that the program carries: TABLE(symbol, path below Data/).
TABLE(readme, "README.md")
TABLE(fhir_r4_types, "fhir-r4/types.tsv")
TABLE(fhir_r4_searchparameters, "fhir-r4/searchparameters.tsv")
TABLE(fhir_r4_compartments, "fhir-r4/compartments.tsv")
