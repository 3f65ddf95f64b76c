# SPDX-License-Identifier: GPL-2.0-only
# Reads the results of the unmodified kernel (MACHINE CASE VERDICT MS FACTS between tabs), then
# those of mutants (KERNEL MACHINE CASE VERDICT MS FACTS REASON), and prints for each mutant the
# first difference: KERNEL WORD MACHINE CASE HOW. WORD is "caught", or "error" if the lab failed on
# the mutant and nothing else was found. The separator of facts is \001.

BEGIN {
	FS = OFS = "\t"
}

# Returns the first fact that differs, or "".
function changed_fact(before, after,	i, count, fact, name, now) {
	count = split(after, fact, "\001")
	for (i = 1; i <= count; i++)
		now[substr(fact[i], 1, index(fact[i], "=") - 1)] = fact[i]
	count = split(before, fact, "\001")
	for (i = 1; i <= count; i++) {
		name = substr(fact[i], 1, index(fact[i], "=") - 1)
		if (!(name in now))
			return "fact " fact[i] ", not told here"
		if (now[name] != fact[i])
			return "fact " fact[i] ", " now[name] " here"
		delete now[name]
	}
	for (name in now)
		return "new fact " now[name]
	return ""
}

function note(word, how) {
	if (word == "caught" && verdict[$1] != "caught" || !($1 in verdict)) {
		verdict[$1] = word
		line[$1] = $1 OFS word OFS $2 OFS $3 OFS how
	}
}

NR == FNR {
	before[$1, $2] = $3
	facts[$1, $2] = $5
	next
}

# A mutant whose module cannot be loaded has no cases.
$4 == "MISS" && $7 ~ /cannot load the module/ {
	note("caught", $7)
	next
}

$4 == "ERROR" || $4 == "MISS" {
	note("error", $7)
	next
}

$4 != before[$2, $3] {
	note("caught", $4 ": " $7)
	next
}

$4 == "PASS" && $6 != facts[$2, $3] {
	how = changed_fact(facts[$2, $3], $6)
	if (how)
		note("caught", how)
}

END {
	for (kernel in line)
		print line[kernel]
}
