# The canned run with $count cases: 25 scenarios of each of 20 and more families, many of which fail.
.cases[0] as $case |
.cases = [range($count) as $i |
	($i / 2 | floor) as $n |
	"f\($n % 24)/scenario_\($n / 24 % 25 | floor)" as $scenario |
	"dut\($n / 600 | floor)" as $dut |
	$case + {
		kernel: (if $i % 2 == 0 then "base" else "next" end),
		number: ($n + 1),
		scenario: $scenario, dut: $dut, case: "\($scenario)[\($dut)]",
		verdict: (if $n % 40 == 7 then "FAIL" elif $n % 9 == 1 then "SKIP" else "PASS" end),
		reason: (if $n % 40 == 7 then "expected \($i), got 0"
			 elif $n % 9 == 1 then "needs x; \($dut) has y" else "" end)
	}] |
.comparisons = [] | .leaks = []
