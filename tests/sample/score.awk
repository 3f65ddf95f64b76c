# SPDX-License-Identifier: GPL-2.0-only
# Prints the share of CAUGHT among CAUGHT and SURVIVED, with its Wilson interval of 95 %.
BEGIN {
	n = CAUGHT + SURVIVED
	z = 1.959964
	if (!n) {
		print "no mutants, no score"
		exit
	}
	p = CAUGHT / n
	middle = (p + z * z / (2 * n)) / (1 + z * z / n)
	half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
	printf "score   %.1f %% of %d, 95 %% sure between %.1f and %.1f %%\n", 100 * p, n,
		100 * (middle - half), 100 * (middle + half)
}
