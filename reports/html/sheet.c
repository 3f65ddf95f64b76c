// SPDX-License-Identifier: GPL-2.0-only
/* The frame of every page. */
#include "lab/base/cleanup.h"
#include "reports/html/site.h"

#include <string.h>

static void write_head(const struct sheet *sheet, const char *title)
{
	cleanup_free char *style = text("%s/style.css", sheet->pages);
	cleanup_free char *script = text("%s/page.js", sheet->pages);
	struct markup *markup = sheet->markup;

	markup_open(markup, "head", NULL);
	markup_empty(markup, "meta", "charset", "utf-8", NULL);
	markup_empty(markup, "meta", "name", "viewport", "content",
		     "width=device-width, initial-scale=1", NULL);
	markup_empty(markup, "meta", "name", "color-scheme", "content", "light dark", NULL);
	/* Only these two files may be loaded, so text of a guest cannot be executed. */
	markup_empty(markup, "meta", "http-equiv", "Content-Security-Policy", "content",
		     "default-src 'none'; style-src 'self' file:; script-src 'self' file:; "
		     "base-uri 'none'; form-action 'none'",
		     NULL);
	markup_element(markup, "title", title, NULL);
	markup_empty(markup, "link", "rel", "stylesheet", "href", style, NULL);
	markup_element(markup, "script", "", "src", script, "defer", "defer", NULL);
	markup_close(markup);
}

static void write_link(const struct sheet *sheet, const char *folder, const char *file,
		       const char *label, const char *current)
{
	cleanup_free char *href = text("%s/%s", folder, file);

	markup_element(sheet->markup, "a", label, "href", href, "aria-current",
		       strcmp(label, current) ? NULL : "page", NULL);
}

static void write_navigation(const struct sheet *sheet, const char *current)
{
	const struct results *results = sheet->site->results;

	markup_open(sheet->markup, "header", NULL);
	markup_element(sheet->markup, "a", "Skip to content", "class", "jump", "href", "#main",
		       NULL);
	markup_open(sheet->markup, "nav", "aria-label", "Pages", NULL);
	markup_element(sheet->markup, "b", "vfiolab", NULL);
	write_link(sheet, sheet->run, "index.html", "Overview", current);
	for (size_t i = 0; i < results->comparisons.count; i++) {
		cleanup_free char *label = text("%s / %s", results->comparisons.items[i].a,
						results->comparisons.items[i].b);
		cleanup_free char *file = comparison_file(i);

		write_link(sheet, sheet->pages, file, label, current);
	}
	write_link(sheet, sheet->pages, "times.html", "Times", current);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

struct sheet sheet_begin(const struct site *site, bool in_run_folder, const char *title,
			 const char *current)
{
	struct sheet sheet = {
		.site = site,
		.markup = markup_new(MARKUP_HTML),
		.pages = in_run_folder ? "html" : ".",
		.run = in_run_folder ? "." : "..",
	};
	cleanup_free char *whole = text("%s - vfiolab", title);

	markup_open(sheet.markup, "html", "lang", "en", NULL);
	write_head(&sheet, whole);
	markup_open(sheet.markup, "body", NULL);
	write_navigation(&sheet, current);
	markup_open(sheet.markup, "main", "id", "main", NULL);
	return sheet;
}

int sheet_end(struct sheet *sheet, const char *path)
{
	const struct run_about *run = &sheet->site->results->run;

	markup_close(sheet->markup);
	markup_open(sheet->markup, "footer", NULL);
	markup_textf(sheet->markup, "vfiolab %s, run of %s", run->lab ?: "", run->started ?: "");
	markup_close(sheet->markup);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
	return markup_write(sheet->markup, path);
}
