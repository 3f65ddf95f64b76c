// SPDX-License-Identifier: GPL-2.0-only
// What tests/pages/check.c asks of a page, inside of it. Each returns what is wrong, "" for nothing.

// The colour of an element's ground: that of the first ancestor which has one.
function ground(element) {
	for (; element; element = element.parentElement) {
		const colour = getComputedStyle(element).backgroundColor;

		if (!colour.startsWith("rgba(") || !colour.endsWith(" 0)"))
			return colour;
	}
	return "rgb(255, 255, 255)";
}

// Relative luminance (WCAG 2).
function luminance(colour) {
	const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => {
		part /= 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});

	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// Text that has less than 4.5 : 1 between it and its ground.
function contrast() {
	const wrong = new Set();
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);

	while (texts.nextNode()) {
		const element = texts.currentNode.parentElement;

		if (!texts.currentNode.data.trim() || element.closest("svg, [hidden]"))
			continue;
		const both = [getComputedStyle(element).color, ground(element)];
		const [low, high] = both.map(luminance).sort((a, b) => a - b);
		const ratio = (high + 0.05) / (low + 0.05);

		if (ratio < 4.5)
			wrong.add(`${element.className || element.tagName}: ${ratio.toFixed(1)}`);
	}
	return [...wrong].join("; ");
}

// What a screen reader could not name, or not find: links, controls, tables, drawings, headings.
function names() {
	const wrong = [];
	const named = (element) => element.textContent.trim() || element.ariaLabel ||
		element.closest("label")?.textContent.trim();

	for (const element of document.querySelectorAll("a, button, summary, input, select"))
		if (!named(element))
			wrong.push(`${element.tagName} without a name`);
	for (const table of document.querySelectorAll("table"))
		if (!table.querySelector("thead th[scope=col]"))
			wrong.push("a table without headings");
	for (const drawing of document.querySelectorAll("svg"))
		if (!drawing.ariaHidden && !drawing.ariaLabel)
			wrong.push("a drawing without a label");
	if (document.querySelectorAll("h1").length !== 1)
		wrong.push("not one h1");
	if (document.documentElement.lang !== "en" || !document.querySelector("main"))
		wrong.push("no language, or no main");
	return [...new Set(wrong)].join("; ");
}

// The page itself is never wider than the window: only tables and logs scroll.
function overflow() {
	const wide = document.documentElement.scrollWidth - innerWidth;

	return wide > 0 ? `${wide} pixels wider than the window` : "";
}

// Where an element is, for a click in its middle.
function middle(selector) {
	const element = document.querySelector(selector);

	if (!element)
		return "";
	element.scrollIntoView({ block: "center" });
	const box = element.getClientRects()[0];

	return `${box.x + box.width / 2} ${box.y + box.height / 2}`;
}
