# SPDX-License-Identifier: GPL-2.0-only
# Reads kbuild's output, prints the progress, and writes the number of objects to the file COUNT.
# NAME: the kernel's name. TOTAL: the number of objects last time, or 0. TTY: 1 on a terminal.

function show(end,	of)
{
	of = TOTAL > 0 ? sprintf("%d/%d", done, TOTAL < done ? done : TOTAL) : done
	printf("%s%-8s%-7s building %s objects%s", TTY ? "\r" : "", "kernel", NAME, of, end)
	fflush()
	shown = done
	last = systime()
}

BEGIN { last = systime() }

$1 == "CC" || $1 == "AS" {
	done++
	if (TTY)
		show("")
	else if ((TOTAL > 0 && done - shown >= TOTAL / 10) || systime() - last >= 15)
		show("\n")
}

END {
	if (TTY && shown)
		printf("\r\033[K")
	print done + 0 >COUNT
}
