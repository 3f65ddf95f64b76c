# SPDX-License-Identifier: GPL-2.0-only
# Reads lines DATE KERNEL CAUGHT SURVIVED, oldest first, and prints a page with a curve for each
# kernel: the share of caught mutants among the last 300 of each night.

BEGIN {
	# Dimensions of a curve, and the margin for its labels.
	width = 640
	height = 200
	left = 40
	bottom = 20
	print "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
	print "<title>Random mutants that the cases catch</title>"
	print "<style>body { font-family: sans-serif; max-width: 50em; margin: 1em auto }"
	print "polyline { fill: none; stroke: #06c; stroke-width: 2 } line { stroke: #ccc }"
	print "text { font-size: 11px } td, th { padding: 0 1em; text-align: right }</style>"
	print "<h1>Random mutants that the cases catch</h1>"
	print "<p>The share of caught mutants, of the last 300 at each night."
}

# Returns the share of the last 300 mutants at night I of KERNEL, in percent.
function share(kernel, i,	caught, all) {
	for (; i && all < 300; i--) {
		caught += caught_in[kernel, i]
		all += caught_in[kernel, i] + survived_in[kernel, i]
	}
	return all ? 100 * caught / all : 0
}

function y_of(percent) {
	return (height - bottom) * (1 - percent / 100) + 5
}

function print_curve(kernel, nights,	i, step) {
	printf "<h2>%s</h2>\n<svg viewBox=\"0 0 %d %d\" role=\"img\"", kernel, width, height + 5
	printf " aria-label=\"%.1f %% of %s\">\n", share(kernel, nights), kernel
	for (i = 0; i <= 100; i += 25) {
		printf "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", left, width, y_of(i),
			y_of(i)
		printf "<text x=\"0\" y=\"%.1f\">%d %%</text>\n", y_of(i) + 4, i
	}
	step = nights > 1 ? (width - left - 10) / (nights - 1) : 0
	printf "<polyline points=\""
	for (i = 1; i <= nights; i++)
		printf "%.1f,%.1f ", left + (i - 1) * step, y_of(share(kernel, i))
	print "\"/>"
	for (i = 1; i <= nights; i++)
		printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\"/>\n", left + (i - 1) * step,
			y_of(share(kernel, i))
	printf "<text x=\"%d\" y=\"%d\">%s</text>\n", left, height, date[kernel, 1]
	printf "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", width - 10, height,
		date[kernel, nights]
	print "</svg>"
}

function print_table(kernel, nights,	i) {
	print "<details><summary>As a table</summary><table>"
	print "<tr><th>Night<th>Caught<th>Survived<th>Of the last 300"
	for (i = nights; i; i--)
		printf "<tr><td>%s<td>%d<td>%d<td>%.1f %%\n", date[kernel, i], caught_in[kernel, i],
			survived_in[kernel, i], share(kernel, i)
	print "</table></details>"
}

{
	n = ++count[$2]
	if (n == 1)
		order[++kernels] = $2
	date[$2, n] = $1
	caught_in[$2, n] = $3
	survived_in[$2, n] = $4
}

END {
	for (k = 1; k <= kernels; k++) {
		print_curve(order[k], count[order[k]])
		print_table(order[k], count[order[k]])
	}
}
