// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfiolab news: print what is new in a run, compared with the last run of each kernel and machine.
 */
#include "runner/cli/command.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/history/history.h"
#include "reports/text/text.h"
#include "runner/cli/find-run.h"

#include <errno.h>
#include <string.h>

/* A run, and the runs before it. */
struct compared {
	struct found_run run;
	struct results before;
};

struct news_asking {
	const char *among;
	const char *mail;
	struct list runs;
	struct list problems;
	struct {
		struct compared *items;
		size_t count;
	} compared;
};

enum { OPTION_AMONG = OPTION_LONG_ONLY, OPTION_MAIL, OPTION_PROBLEM };

static const struct argp_option options[] = {
	{"among", OPTION_AMONG, "GLOB", 0, "compare with runs whose names match GLOB", 0},
	{"mail", OPTION_MAIL, "FILE", 0, "write the news to FILE, too", 0},
	{"problem", OPTION_PROBLEM, "TEXT", 0,
	 "report TEXT as well, such as a kernel that does not build; may be repeated", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct news_asking *asking = state->input;

	switch (key) {
	case OPTION_AMONG:
		asking->among = value;
		return 0;
	case OPTION_MAIL:
		asking->mail = value;
		return 0;
	case OPTION_PROBLEM:
		list_add(&asking->problems, value);
		return 0;
	case ARGP_KEY_ARG:
		list_add(&asking->runs, value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp news_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[RUN...]",
	.doc = "Compare each RUN, by default the last, with what the history has of it: for each "
	       "kernel and machine, the last complete run that had both. Print what is new, as a "
	       "mail. Exits with 1 if something is worse or other than before, with 2 if a RUN is "
	       "not complete or there is a problem, else with 0, also if cases still fail "
	       "[LAB_HISTORY=].",
};

static int read_run(const struct settings *settings, const struct news_asking *asking,
		    const char *name, struct history *history, struct compared *compared,
		    struct buf *why)
{
	return find_run(settings, name, &compared->run, why)
		       ?: history_before(history, &compared->run.results, asking->among,
					 &compared->before, why);
}

static int read_all(const struct settings *settings, struct news_asking *asking, struct buf *why)
{
	cleanup_history struct history *history = NULL;
	int err = history_open(settings->history, &history, why);

	for (size_t i = 0; i < asking->runs.count && !err; i++)
		err = read_run(settings, asking, asking->runs.items[i], history,
			       &asking->compared.items[i], why);
	return err;
}

static int write_mail(const struct news *news, const char *report, const char *path,
		      struct buf *why)
{
	char *mail = NULL;
	size_t len = 0;
	struct page page = {.out = open_memstream(&mail, &len)};
	int err = page.out ? 0 : -errno;

	if (!err) {
		news_print(news, report, &page);
		fclose(page.out);
		err = file_write(path, mail, len);
	}
	free(mail);
	if (err)
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	return err;
}

static int print(const struct settings *settings, const struct news_asking *asking, struct buf *why)
{
	const struct page page = page_of(stdout);
	cleanup_news struct news news = {0};
	cleanup_free char *report =
		text("%s/reports/%s/index.html", settings->out, asking->compared.items[0].run.name);

	for (size_t i = 0; i < asking->problems.count; i++)
		list_add(&news.problems, asking->problems.items[i]);
	for (size_t i = 0; i < asking->compared.count; i++)
		news_find(&asking->compared.items[i].before, &asking->compared.items[i].run.results,
			  &news);
	news_print(&news, report, &page);
	if (asking->mail && write_mail(&news, report, asking->mail, why))
		return complain(why);
	return news_status(&news);
}

static void asking_free(struct news_asking *asking)
{
	for (size_t i = 0; i < asking->compared.count; i++) {
		found_run_free(&asking->compared.items[i].run);
		results_free(&asking->compared.items[i].before);
	}
	free(asking->compared.items);
	list_free(&asking->runs);
	list_free(&asking->problems);
}

static int run_news(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(asking_free))) struct news_asking asking = {.among = "*"};
	cleanup_buf struct buf why = BUF_INIT;

	parse_options(&news_argp, argc, argv, 0, &asking);
	if (!asking.runs.count)
		list_add(&asking.runs, "latest");
	for (size_t i = 0; i < asking.runs.count; i++)
		array_add(&asking.compared);
	if (read_all(settings, &asking, &why))
		return complain(&why);
	return print(settings, &asking, &why);
}

COMMAND(news, .name = "news", .summary = "print what is new in a run", .argp = &news_argp,
	.run = run_news);
