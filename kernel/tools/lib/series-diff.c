// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-diff.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

struct reader {
	struct span rest;
	size_t total; /* bytes of text */
	bool p0;
	struct diff *diff;
	struct buf *why;
	char *file;	/* its name, if known */
	unsigned hunks; /* hunks of this file so far */
};

/* Returns how many bytes of a line to show in a message. */
static int shown(struct span line, size_t limit)
{
	return (int)(line.len < limit ? line.len : limit);
}

/* Ends the current file and starts the file NAME. */
static void next_file(struct reader *r, struct span name)
{
	free(r->file);
	r->file = span_copy(name);
	r->hunks = 0;
}

/*
 * Returns the name in "--- a/NAME\tDATE", "+++ b/NAME" or "rename to NAME", after the first LEN
 * bytes.
 */
static struct span name_after(struct span line, size_t len, bool prefixed)
{
	struct span name = span_skip(line, len);
	const char *tab = name.len ? memchr(name.at, '\t', name.len) : NULL;
	const char *slash;

	if (tab)
		name = span_before(name, tab);
	name = span_trim(name);
	if (!prefixed || span_is(name, "/dev/null"))
		return name;
	slash = name.len ? memchr(name.at, '/', name.len) : NULL;
	return slash ? span_skip(name, (size_t)(slash - name.at) + 1) : name;
}

/*
 * Returns true for "diff --git NAME NAME" with the same name twice; with the prefixes a/ and b/
 * they would differ.
 */
static bool same_twice(struct span line)
{
	struct span names = span_trim(span_skip(line, strlen("diff --git ")));
	size_t half = names.len / 2;

	return names.len % 2 && names.at[half] == ' ' &&
	       !memcmp(names.at, names.at + half + 1, half);
}

static bool is_git(struct span line)
{
	return span_starts(line, "diff --git ");
}

/* Returns true for "--- NAME" followed by "+++ NAME", which starts a file without a git header. */
static bool is_plain(struct span line, struct span rest)
{
	return span_starts(line, "--- ") && span_starts(span_peek(rest), "+++ ");
}

/* Adds a line with a name, and PREFIX if the name has none. */
static void add_name_line(struct reader *r, struct span line, const char *prefix)
{
	struct span name = span_skip(line, 4);

	if (!r->p0 || span_starts(name, "/dev/null")) {
		buf_line(&r->diff->text, line);
		return;
	}
	buf_printf(&r->diff->text, "%.4s%s", line.at, prefix);
	buf_line(&r->diff->text, name);
}

/* Reads the lines "---" and "+++". */
static void read_names(struct reader *r)
{
	struct span old, new, name;

	span_line(&r->rest, &old);
	span_line(&r->rest, &new);
	add_name_line(r, old, "a/");
	add_name_line(r, new, "b/");
	name = name_after(new, 4, !r->p0);
	if (span_is(name, "/dev/null"))
		name = name_after(old, 4, !r->p0);
	next_file(r, name);
}

/* Parses "-12,7" or "+12" at AT and advances AT. Stores the second number in LINES. */
static bool range(const char **at, char sign, unsigned *lines)
{
	char *end;

	if (**at != sign || !isdigit((unsigned char)(*at)[1]))
		return false;
	strtoul(*at + 1, &end, 10);
	*lines = 1;
	if (*end == ',') {
		unsigned long count =
			isdigit((unsigned char)end[1]) ? strtoul(end + 1, &end, 10) : ~0UL;

		if (count > 10000000)
			return false;
		*lines = (unsigned)count;
	}
	*at = end;
	return true;
}

/* Parses "@@ -12,7 +12,8 @@". */
static bool hunk_header(struct span line, unsigned *old, unsigned *new)
{
	cleanup_free char *copy = span_copy(line);
	const char *at = copy + 3;

	if (!span_starts(line, "@@ -") || !range(&at, '-', old) || *at++ != ' ')
		return false;
	return range(&at, '+', new) && !strncmp(at, " @@", 3);
}

/*
 * Returns true for the signature that git appends to a patch: "-- ", then a version. No line of a
 * hunk begins with a digit.
 */
static bool is_signature(struct span line, struct span rest)
{
	struct span next = span_peek(rest);

	return span_is(line, "-- ") && next.len && isdigit((unsigned char)*next.at);
}

/*
 * Takes the next line of a hunk that has OLD and NEW lines left, if it can be one. Restores the
 * blank before an empty line or a tab, which mailers and web pages remove.
 */
static bool hunk_line(struct reader *r, unsigned *old, unsigned *new)
{
	struct span rest = r->rest, line;
	char kind;

	if (!span_line(&rest, &line) || is_signature(line, rest))
		return false;
	kind = line.len ? *line.at : '\t';
	if (!kind || !strchr("\\-+ \t", kind) || (strchr("- \t", kind) && !*old) ||
	    (strchr("+ \t", kind) && !*new))
		return false;
	*old -= !!strchr("- \t", kind);
	*new -= !!strchr("+ \t", kind);
	if (kind == '\t')
		buf_puts(&r->diff->text, " ");
	buf_line(&r->diff->text, line);
	r->rest = rest;
	return true;
}

/*
 * Returns true if LINE may follow a complete hunk. Another line of a hunk means that the header has
 * a wrong count. Text without an empty line before it means that the last line of the hunk was
 * wrapped.
 */
static bool may_follow(struct span line, struct span rest)
{
	static const char *const starts[] = {"@@ ",
					     "diff ",
					     "Index: ",
					     "====",
					     "Only in ",
					     "Binary files ",
					     "Common subdirectories",
					     "Property changes",
					     "____"};

	if (span_blank(line) || is_signature(line, rest) || is_plain(line, rest) ||
	    span_is(line, "--") || span_is(line, "-- "))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		if (span_starts(line, starts[i]))
			return true;
	}
	return false;
}

/* Handles "\ No newline at end of file". */
static void no_newline(struct reader *r)
{
	struct span line;

	while (span_starts(span_peek(r->rest), "\\ ")) {
		span_line(&r->rest, &line);
		buf_line(&r->diff->text, line);
	}
}

/* Reports that the current hunk is malformed, with its HEADER. */
__attribute__((format(printf, 3, 4))) static int bad_hunk(struct reader *r, struct span header,
							  const char *format, ...)
{
	cleanup_buf struct buf what = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&what, format, args);
	va_end(args);
	return series_error(r->why, "hunk %u of %s (%.*s) %s", r->hunks, r->file, shown(header, 60),
			    header.at, what.data);
}

/* Checks what follows a complete hunk. */
static int check_after(struct reader *r, struct span header)
{
	struct span rest = r->rest, line;

	while (span_line(&rest, &line) && line.len && span_blank(line))
		;
	if (may_follow(line, rest))
		return 0;
	return bad_hunk(r, header,
			"is longer than its header declares, or one of its lines is wrapped: "
			"'%.*s' follows",
			shown(line, 40), line.at);
}

static int read_hunk(struct reader *r)
{
	unsigned old, new, old_count, new_count;
	struct span header;

	span_line(&r->rest, &header);
	r->hunks++;
	if (!hunk_header(header, &old_count, &new_count))
		return bad_hunk(r, header,
				"has no proper header: expected @@ -LINE,COUNT +LINE,COUNT @@");
	buf_line(&r->diff->text, header);
	old = old_count;
	new = new_count;
	while ((old || new) && hunk_line(r, &old, &new))
		;
	if (old || new)
		return bad_hunk(r, header,
				"is cut short: its header declares %u old and %u new lines, but it "
				"has %u and %u",
				old_count, new_count, old_count - old, new_count - new);
	no_newline(r);
	return check_after(r, header);
}

static int read_hunks(struct reader *r)
{
	int err = 0;

	read_names(r);
	if (!span_starts(span_peek(r->rest), "@@ -"))
		return series_error(r->why, "%s has no hunk (@@ -LINE,COUNT +LINE,COUNT @@)",
				    r->file);
	while (!err && span_starts(span_peek(r->rest), "@@ "))
		err = read_hunk(r);
	return err;
}

/* Copies git's binary data: blocks terminated by an empty line. Their content is not checked. */
static void read_binary(struct reader *r)
{
	struct span line;

	while (span_line(&r->rest, &line)) {
		buf_line(&r->diff->text, line);
		if (line.len || span_starts(span_peek(r->rest), "delta ") ||
		    span_starts(span_peek(r->rest), "literal "))
			continue;
		break;
	}
}

/*
 * Returns true for git's lines between its header and the names. Those in `changes' are a change
 * even without a hunk.
 */
static bool extended(struct span line, bool *change, bool *named)
{
	static const char *const changes[] = {"old mode ",	    "new mode ",
					      "deleted file mode ", "new file mode ",
					      "copy from ",	    "copy to ",
					      "rename from ",	    "rename to ",
					      "similarity index ",  "dissimilarity index "};

	*named = span_starts(line, "copy to ") || span_starts(line, "rename to ");
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		if (span_starts(line, changes[i])) {
			*change = true;
			return true;
		}
	}
	return span_starts(line, "index ");
}

/* Copies "diff --git NAME NAME", and adds missing prefixes. */
static void read_git_header(struct reader *r)
{
	struct span line, names;
	const char *second;

	span_line(&r->rest, &line);
	names = span_trim(span_skip(line, strlen("diff --git ")));
	if (same_twice(line)) {
		int half = (int)(names.len / 2);

		buf_printf(&r->diff->text, "diff --git a/%.*s b/%.*s\n", half, names.at, half,
			   names.at);
		next_file(r, (struct span){names.at, (size_t)half});
		return;
	}
	buf_line(&r->diff->text, line);
	second = names.len ? memrchr(names.at, ' ', names.len) : NULL;
	if (second)
		names = span_skip(names, (size_t)(second - names.at) + 1);
	next_file(r, name_after(names, 0, !r->p0));
}

static int read_git(struct reader *r)
{
	bool change = false, named;
	struct span line;

	read_git_header(r);
	while (extended(span_peek(r->rest), &change, &named)) {
		span_line(&r->rest, &line);
		buf_line(&r->diff->text, line);
		if (named)
			next_file(r, name_after(line, strcspn(line.at, " ") + 4, false));
	}
	line = span_peek(r->rest);
	if (span_starts(line, "--- "))
		return read_hunks(r);
	if (span_starts(line, "Binary files "))
		return series_error(r->why,
				    "%s is a binary file, and its content is not in the patch (git "
				    "diff --binary)",
				    r->file);
	if (span_starts(line, "GIT binary patch"))
		read_binary(r);
	else if (!change)
		return series_error(r->why, "%s is named, but the patch does not change it",
				    r->file);
	return 0;
}

/* Reports a hunk without a file header, which would otherwise be lost silently. */
static int stray_hunk(struct reader *r, struct span line)
{
	unsigned old, new;

	if (!r->diff->file_count || !hunk_header(line, &old, &new))
		return 0;
	return series_error(r->why, "after hunk %u of %s, a hunk (%.*s) belongs to no file",
			    r->hunks, r->file, shown(line, 60), line.at);
}

/* Reads one file of the diff if one begins here; otherwise skips a line. */
static int read_file(struct reader *r)
{
	struct span rest = r->rest, line;
	int err;

	span_line(&rest, &line);
	if (!is_git(line) && !is_plain(line, rest)) {
		r->rest = rest;
		return stray_hunk(r, line);
	}
	if (!r->diff->file_count++)
		r->diff->message = r->total - r->rest.len;
	err = is_git(line) ? read_git(r) : read_hunks(r);
	buf_puts(&r->diff->files, r->file);
	buf_puts(&r->diff->files, "\n");
	return err;
}

/* Returns true if a git header in TEXT shows that names have no prefix. */
static bool no_prefix(struct span text)
{
	struct span line;

	while (span_line(&text, &line)) {
		if (is_git(line) && same_twice(line))
			return true;
	}
	return false;
}

int diff_read(struct span text, bool p0, struct diff *diff, struct buf *why)
{
	struct reader reader = {.rest = text,
				.total = text.len,
				.p0 = p0 || no_prefix(text),
				.diff = diff,
				.why = why};
	int err = 0;

	diff->message = text.len;
	while (!err && reader.rest.len)
		err = read_file(&reader);
	free(reader.file);
	return err;
}

void diff_free(struct diff *diff)
{
	buf_free(&diff->text);
	buf_free(&diff->files);
}
