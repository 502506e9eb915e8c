"""How Go prints values: `fmt.Sprint`, `fmt.Sprintf` with all verbs, `strconv.Quote` and `strconv.FormatFloat`. Pure.

plain    values as `{{ }}`, `print` and `%v` write them
quoting  strings and characters between quotes
floats   decimal, scientific and hexadecimal digits
verbs    one value by one verb and its flags;  formats  whole formats with their arguments
May import: template.values, template.meter. Must stay out: the functions and the language that print.
"""
