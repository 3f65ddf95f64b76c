# SPDX-License-Identifier: GPL-2.0-only
# Makes a table by file from tests/coverage/unreachable and the lines of a kernel (FILE, LINE,
# COUNT, FUNCTION, sorted). An inlined line may occur several times. UNREACHED: output file for the
# ranges that were not reached.

function flush_range() {
	if (from)
		printf "%s:%s %s\n", file, (from == to ? from : from "-" to),
			function_of_range >UNREACHED
	from = 0
}

function is_apart() {
	return (file, name) in apart || (file, "*") in apart
}

function take_line() {
	if (!line)
		return
	if (is_apart() && count > 0)
		wrong[file " " name]
	else if (is_apart()) {
		left_out[file]++
		flush_range()
		return
	}
	lines[file]++
	reached[file] += count > 0
	if (count > 0 || name != function_of_range)
		flush_range()
	if (count > 0)
		return
	from = from ? from : line
	to = line
	function_of_range = name
}

function row(what, lines_, reached_, left_out_) {
	printf "  %-36s %6d %8d %7.1f %% %11d\n", what, lines_, reached_,
		(lines_ ? 100 * reached_ / lines_ : 0), left_out_
}

NR == FNR {
	if ($0 !~ /^#/ && NF)
		apart[$1, $2]
	next
}

$1 == file && $2 == line {
	count = $3 > count ? $3 : count
	next
}

{
	take_line()
	if ($1 != file) {
		flush_range()
		order[++files] = $1
	}
	file = $1; line = $2; count = $3; name = $4
}

END {
	take_line()
	flush_range()
	printf "  %-36s %6s %8s %9s %11s\n", "file", "lines", "reached", "", "unreachable"
	for (i = 1; i <= files; i++) {
		f = order[i]
		row(f, lines[f], reached[f], left_out[f])
		if (f !~ /\/vfio_pci[^\/]*$/)
			continue
		all += lines[f]
		got += reached[f]
		out += left_out[f]
	}
	row("vfio_pci*.c", all, got, out)
	for (place in wrong)
		print "  listed as unreachable, yet reached: " place
}
