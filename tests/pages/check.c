// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pages of a run in a real browser: looks, themes, keyboard, a click through to a failure.
 * Arguments: the folder of a run with failures, that of a large run, and a folder for pictures.
 */
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "tests/pages/browser.h"

#include <greatest.h>
#include <string.h>

struct pages {
	struct browser *browser;
	const char *run;
	const char *large;
	const char *pictures;
};

static const char *const page_files[] = {"index.html", "html/compare-1.html", "html/failure-1.html",
					 "html/family-reset.html", "html/times.html"};

static unsigned int go(const struct pages *pages, const char *run, const char *file)
{
	cleanup_free char *url = text("file://%s/%s", run, file);

	return browser_go(pages->browser, url);
}

/* What all pages hold in this window, each with a picture. */
static char *look(const struct pages *pages, const char *window)
{
	static const char *const questions[] = {"contrast()", "names()", "overflow()"};

	for (size_t i = 0; i < ARRAY_SIZE(page_files); i++) {
		const char *name = strrchr(page_files[i], '/');
		const char *file = name ? name + 1 : page_files[i];
		cleanup_free char *picture = text("%s/%s-%.*s.png", pages->pictures, window,
						  (int)strcspn(file, "."), file);

		go(pages, pages->run, page_files[i]);
		browser_picture(pages->browser, picture, false);
		for (size_t q = 0; q < ARRAY_SIZE(questions); q++) {
			cleanup_free char *wrong = browser_value(pages->browser, questions[q]);

			if (*wrong)
				return text("%s, %s: %s %s", page_files[i], window, questions[q],
					    wrong);
		}
	}
	return NULL;
}

struct window {
	const char *name;
	int width, height;
	bool dark;
};

static const struct window windows[] = {
	{"light", 1200, 900, false}, {"dark", 1200, 900, true}, {"phone", 390, 844, false}};

TEST pages_can_be_read(const struct pages *pages, const struct window *window)
{
	cleanup_free char *wrong = NULL;

	browser_window(pages->browser, window->width, window->height, window->dark);
	wrong = look(pages, window->name);
	ASSERTm(wrong, !wrong);
	PASS();
}

TEST a_click_leads_to_a_failure(const struct pages *pages)
{
	cleanup_free char *title = NULL, *command = NULL;

	go(pages, pages->run, "index.html");
	ASSERT(browser_click(pages->browser, "#news a[href*=failure]"));
	title = browser_value(pages->browser, "document.querySelector('h1').textContent");
	command = browser_value(pages->browser, "document.querySelector('.command pre').innerText");
	ASSERT(strstr(title, "FAIL") && strstr(title, "regression"));
	ASSERT(strstr(command, "make lab-run KERNELS="));
	PASS();
}

TEST the_keyboard_leads_to_a_failure(const struct pages *pages)
{
	static const char on_link[] =
		"String(document.activeElement.href || '').includes('failure-')";
	bool there = false;
	cleanup_free char *place = NULL;

	go(pages, pages->run, "index.html");
	for (int i = 0; i < 30 && !there; i++) {
		cleanup_free char *on = NULL;

		browser_press(pages->browser, "Tab", false);
		on = browser_value(pages->browser, on_link);
		there = !strcmp(on, "true");
	}
	ASSERT(there);
	browser_press(pages->browser, "Enter", true);
	place = browser_value(pages->browser, "location.pathname");
	ASSERT(strstr(place, "/html/failure-"));
	PASS();
}

TEST the_filter_shows_what_it_is_given(const struct pages *pages)
{
	cleanup_free char *focus = NULL, *all = NULL, *some = NULL;

	go(pages, pages->run, "html/family-reset.html");
	all = browser_value(pages->browser, "document.getElementById('shown').textContent");
	browser_press(pages->browser, "/", false);
	focus = browser_value(pages->browser, "document.activeElement.id");
	ASSERT_STR_EQ("filter", focus);
	for (const char *at = "bars"; *at; at++) {
		const char key[] = {*at, '\0'};

		browser_press(pages->browser, key, false);
	}
	some = browser_value(pages->browser, "document.getElementById('shown').textContent");
	ASSERT_STR_EQ("2 cases", all);
	ASSERT_STR_EQ("1 cases", some);
	PASS();
}

/* Processor time until all of a page is there: other work on the machine is not the page's. */
TEST large_pages_load_within_a_second(const struct pages *pages)
{
	unsigned int overview = go(pages, pages->large, "index.html");
	unsigned int family = go(pages, pages->large, "html/family-f1.html");

	printf("%u ms, %u ms ", overview, family);
	ASSERT(overview < 1000 && family < 1000);
	PASS();
}

TEST nothing_went_wrong_meanwhile(const struct pages *pages)
{
	ASSERT_EQ_FMT(0U, browser_errors(pages->browser), "%u");
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	struct pages pages;

	if (argc < 4) {
		fputs("usage: check RUN LARGE-RUN PICTURES\n", stderr);
		return 2;
	}
	pages = (struct pages){browser_start(), argv[1], argv[2], argv[3]};
	argc = 1;
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++)
		RUN_TESTp(pages_can_be_read, &pages, &windows[i]);
	browser_window(pages.browser, 1200, 900, false);
	RUN_TEST1(a_click_leads_to_a_failure, &pages);
	RUN_TEST1(the_keyboard_leads_to_a_failure, &pages);
	RUN_TEST1(the_filter_shows_what_it_is_given, &pages);
	RUN_TEST1(large_pages_load_within_a_second, &pages);
	RUN_TEST1(nothing_went_wrong_meanwhile, &pages);
	browser_stop(pages.browser);
	GREATEST_MAIN_END();
}
