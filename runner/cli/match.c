// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab match: find the VFIO driver for a device in modules.alias. */
#include "lab/base/alias.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/cli/command.h"
#include "runner/cli/match-driver.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The exit status if no entry matches. */
#define EXIT_NONE 1

/* The folder with the host's /lib/modules in the tools tree. */
#define HOST "/run/host"

#define HEX	"[0-9a-fA-F]"
#define SLOT	HEX HEX ":[01]" HEX ".[0-7]"
#define ADDRESS HEX HEX HEX HEX "*:" SLOT

enum {
	OPTION_ALIASES = OPTION_LONG_ONLY,
	OPTION_KERNEL = 'k',
	OPTION_PREFIX = 'p',
	OPTION_VERBOSE = 'v',
};

static const struct argp_option options[] = {
	{"aliases", OPTION_ALIASES, "FILE", 0,
	 "modules.alias to search, by default the running kernel's", 0},
	{"kernel", OPTION_KERNEL, "NAME", 0, "search that of a kernel that the lab has built", 0},
	{"prefix", OPTION_PREFIX, "WORD", 0,
	 "prefix of the modalias, by default " ALIAS_VFIO "; '' finds the device's regular driver",
	 0},
	{"verbose", OPTION_VERBOSE, NULL, 0, "list all entries that match, on standard error", 0},
	{0},
};

struct match_choice {
	const char *device; /* BDF or modalias */
	const char *aliases;
	const char *kernel;
	const char *prefix;
	bool verbose;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct match_choice *choice = state->input;

	switch (key) {
	case OPTION_ALIASES:
		choice->aliases = value;
		return 0;
	case OPTION_KERNEL:
		choice->kernel = value;
		return 0;
	case OPTION_PREFIX:
		choice->prefix = value;
		return 0;
	case OPTION_VERBOSE:
		choice->verbose = true;
		return 0;
	case ARGP_KEY_ARG:
		if (choice->device)
			argp_failure(state, EXIT_LAB, 0,
				     "unexpected argument '%s': name one BDF or modalias", value);
		choice->device = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/*
 * Read the modalias of the device at BDF, whose domain may be omitted. Returns 0, or -errno with a
 * message in WHY.
 */
static int read_modalias(const char *bdf, char **modalias, struct buf *why)
{
	cleanup_free char *address = text("%s%s", fnmatch(SLOT, bdf, 0) ? "" : "0000:", bdf);
	cleanup_free char *path = NULL;
	int err;

	for (char *c = address; *c; c++)
		*c |= 0x20; /* lower case, as in sysfs; digits, `:' and `.' have this bit already */
	path = text("/sys/bus/pci/devices/%s/modalias", address);
	err = file_read(path, modalias, NULL);
	if (err)
		buf_printf(why, "there is no PCI device %s: lspci -D lists them (%s: %s)", address,
			   path, strerror(-err));
	else
		(*modalias)[strcspn(*modalias, "\n")] = '\0';
	return err;
}

/* Whether DEVICE has only characters of a BDF. */
static bool like_bdf(const char *device)
{
	return !device[strspn(device, "0123456789abcdefABCDEF:.")];
}

static bool is_bdf(const char *device)
{
	return like_bdf(device) && (!fnmatch(SLOT, device, 0) || !fnmatch(ADDRESS, device, 0));
}

/*
 * Store DEVICE as a modalias in *MODALIAS, with PREFIX before it unless it begins with that.
 * Returns 0, or -errno with a message in WHY.
 */
static int find_modalias(const char *device, const char *prefix, char **modalias, struct buf *why)
{
	cleanup_free char *own = NULL;
	int err = 0;

	if (is_bdf(device)) {
		err = read_modalias(device, &own, why);
	} else if (strchr(device, ':') && !like_bdf(device)) {
		own = text("%s", device);
	} else {
		buf_printf(
			why,
			"'%s' is neither a BDF (0000:01:00.0) nor a modalias (pci:v00008086d...)",
			device);
		err = -EINVAL;
	}
	if (err)
		return err;
	*modalias = text("%s%s", strncmp(own, prefix, strlen(prefix)) ? prefix : "", own);
	if (strlen(*modalias) <= ALIAS_MAX)
		return 0;
	buf_printf(why, "the modalias has %zu bytes: a kernel's has at most %d", strlen(*modalias),
		   ALIAS_MAX);
	return -EINVAL;
}

/*
 * The path at which the tools tree has PATH: it hides the host's /lib/modules. The caller frees it.
 */
static char *visible_path(const char *path)
{
	const char *below = !strncmp(path, "/usr/", 5) ? path + 4 : path;
	char *shown = text(HOST "%s", below);

	if (!strncmp(below, "/lib/modules/", 13) && !access(shown, F_OK))
		return shown;
	free(shown);
	return text("%s", path);
}

/*
 * The path of the modules.alias of a kernel of the lab; NULL with a message in WHY if it is not
 * built.
 */
static char *path_of_kernel(const struct settings *settings, const char *kernel, struct buf *why)
{
	cleanup_free char *file = text("%s/kernels/%s/release", settings->out, kernel);
	cleanup_free char *release = NULL;

	if (strchr(kernel, '/') || file_read(file, &release, NULL)) {
		buf_printf(why, "no kernel '%s' is built: make kernel KERNELS=%s", kernel, kernel);
		return NULL;
	}
	release[strcspn(release, "\n")] = '\0';
	return text("%s/kernels/%s/lib/modules/%s/modules.alias", settings->out, kernel, release);
}

static char *choose_path(const struct settings *settings, const struct match_choice *choice,
			 struct buf *why)
{
	struct utsname running;

	if (choice->aliases && choice->kernel) {
		buf_puts(why, "--aliases and --kernel name two files: leave one out");
		return NULL;
	}
	if (choice->kernel)
		return path_of_kernel(settings, choice->kernel, why);
	if (choice->aliases)
		return text("%s", choice->aliases);
	uname(&running);
	return text("/lib/modules/%s/modules.alias", running.release);
}

static int read_matches(const char *path, const char *modalias, struct alias_matches *matches,
			struct buf *why)
{
	cleanup_free char *visible = visible_path(path);
	int err = alias_read(visible, modalias, matches);

	if (err)
		buf_printf(why,
			   "%s: %s: name a modules.alias with --aliases, or a kernel with --kernel",
			   path, strerror(-err));
	return err;
}

static void print_ignored(const char *path, const struct alias_matches *matches)
{
	if (matches->ignored)
		fprintf(stderr,
			"vfiolab: %s:%u: expected 'alias PATTERN MODULE': ignored, with %zu more\n",
			path, matches->ignored_line, matches->ignored - 1);
}

static void list_candidates(const struct alias_matches *matches)
{
	const struct alias *best = alias_best(matches);

	fprintf(stderr, "   %5s  %6s  %-24s %s\n", "stars", "line", "module", "pattern");
	for (size_t i = 0; i < matches->count; i++) {
		const struct alias *alias = &matches->items[i];

		fprintf(stderr, "%c  %5u  %6u  %-24s %s\n", alias == best ? '>' : ' ', alias->stars,
			alias->line, alias->module, alias->pattern);
	}
}

static int print_none(const char *path, const char *modalias, const struct alias_matches *matches)
{
	int bus = (int)strcspn(modalias, ":") + 1;

	if (matches->bus)
		fprintf(stderr, "vfiolab: %s: none of its %zu entries for %.*s matches %s\n", path,
			matches->bus, bus, modalias, modalias);
	else
		fprintf(stderr, "vfiolab: %s: no entry for %.*s\n", path, bus, modalias);
	return EXIT_NONE;
}

static int print_best(const char *path, bool running, const struct alias_matches *matches)
{
	const struct alias *best = alias_best(matches);
	cleanup_free char *visible = visible_path(path);
	cleanup_free char *driver = match_driver(visible, running, best->module);

	if (matches->ties)
		fprintf(stderr,
			"vfiolab: %s: a tie, as %zu entries have %u stars: the first is line %u\n",
			path, matches->ties + 1, best->stars, best->line);
	if (puts(driver) >= 0 && !fflush(stdout))
		return 0;
	fprintf(stderr, "vfiolab: cannot write the answer: %s\n", strerror(errno));
	return EXIT_LAB;
}

static int match(const struct settings *settings, const struct match_choice *choice)
{
	cleanup_alias struct alias_matches matches = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *modalias = NULL;
	cleanup_free char *path = choose_path(settings, choice, &why);

	if (!path || find_modalias(choice->device, choice->prefix, &modalias, &why) ||
	    read_matches(path, modalias, &matches, &why))
		return complain(&why);
	print_ignored(path, &matches);
	if (!matches.count)
		return print_none(path, modalias, &matches);
	if (choice->verbose)
		list_candidates(&matches);
	return print_best(path, !choice->aliases && !choice->kernel, &matches);
}

static const struct argp match_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "BDF|MODALIAS",
	.doc = "Print the VFIO driver of a PCI device, as driver_override and modprobe expect it: "
	       "prefix its modalias with " ALIAS_VFIO
	       " and select the matching entry of modules.alias with the fewest stars. If several "
	       "have as few, select the one whose first star comes last: IDs are more specific "
	       "than a class. Exit status: 0 found, 1 not found, 2 bad usage or unreadable file."};

static int run_match(const struct settings *settings, int argc, char **argv)
{
	struct match_choice choice = {.prefix = ALIAS_VFIO};
	cleanup_buf struct buf why = BUF_INIT;

	parse_options(&match_argp, argc, argv, 0, &choice);
	if (choice.device)
		return match(settings, &choice);
	buf_puts(&why, "match: name a device, as in: vfiolab match 0000:01:00.0");
	return complain(&why);
}

COMMAND(match, .name = "match", .summary = "find the VFIO driver for a device in modules.alias",
	.argp = &match_argp, .run = run_match);
