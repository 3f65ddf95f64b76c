// SPDX-License-Identifier: GPL-2.0-only
// Adds a filter and copy buttons to the pages, which are readable without them.
"use strict";

// Copy the command beside the button.
for (const button of document.querySelectorAll(".command button")) {
	button.hidden = !navigator.clipboard;
	button.addEventListener("click", async () => {
		await navigator.clipboard.writeText(button.previousElementSibling.textContent);
		button.textContent = "Copied";
	});
}

// Filter a family's cases. Each <tbody> is a scenario; its first row is a heading.
const filter = document.getElementById("filter");
const show = document.getElementById("show");
const shown = document.getElementById("shown");

function apply() {
	const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
	let count = 0;

	for (const body of document.querySelectorAll(".cases tbody")) {
		const [heading, ...rows] = body.rows;
		let visible = 0;

		for (const row of rows) {
			const text = (heading.textContent + " " + row.textContent).toLowerCase();
			const state = (row.dataset.words || "").split(" ");

			row.hidden = !words.every((word) => text.includes(word)) ||
				     (show.value && !state.includes(show.value));
			visible += !row.hidden;
		}
		body.hidden = !visible;
		count += visible;
	}
	shown.textContent = `${count} cases`;
}

if (filter) {
	filter.closest(".filter").hidden = false;
	filter.addEventListener("input", apply);
	show.addEventListener("change", apply);
	document.addEventListener("keydown", (event) => {
		if (event.key === "/" && document.activeElement !== filter) {
			event.preventDefault();
			filter.focus();
		} else if (event.key === "Escape" && document.activeElement === filter) {
			filter.value = "";
			apply();
		}
	});
	// Browsers keep the filter's text when a page is reloaded.
	if (filter.value || show.value)
		apply();
	else
		shown.textContent = `${document.querySelectorAll(".cases [data-case]").length} cases`;
}
