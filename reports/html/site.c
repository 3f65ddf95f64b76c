// SPDX-License-Identifier: GPL-2.0-only
#include "reports/html/site.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* NAME as part of a file name. A number makes it unique if characters had to be replaced. */
static char *file_of(const char *name, size_t number)
{
	cleanup_free char *clean = text("%s", name);
	bool same = true;

	for (char *at = clean; *at; at++) {
		if (isalnum((unsigned char)*at) || *at == '_' || *at == '-')
			continue;
		*at = '_';
		same = false;
	}
	return same ? text("family-%s.html", clean) : text("family-%s.%zu.html", clean, number);
}

static void find_families(struct site *site)
{
	const struct family *last = NULL;

	for (size_t i = 0; i < site->matrix.count; i++) {
		const struct row *row = &site->matrix.rows[i];
		const char *scenario = row->record->scenario;
		struct family *family;

		if (last && !strncmp(last->name, scenario, row->family_length) &&
		    !last->name[row->family_length]) {
			site->families.items[site->families.count - 1].count++;
			continue;
		}
		family = array_add(&site->families);
		family->name = text("%.*s", (int)row->family_length, scenario);
		family->file = file_of(family->name, site->families.count);
		family->first = i;
		family->count = 1;
		last = family;
	}
}

const struct family *site_family(const struct site *site, const struct row *row)
{
	size_t place = (size_t)(row - site->matrix.rows);
	size_t low = 0, high = site->families.count;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (site->families.items[middle].first <= place)
			low = middle;
		else
			high = middle;
	}
	return &site->families.items[low];
}

static bool has_page(const struct cell *cell)
{
	const struct record *record = cell_record(cell);
	enum news news = cell_news(cell);

	return record && (news == NEWS_REGRESSION || news == NEWS_FAILURE || news == NEWS_ERROR ||
			  record->xfail || attempts_differ(&cell->attempts));
}

/* Number the pages, regressions first. */
static void number_pages(struct site *site)
{
	size_t cells = site->matrix.count * site->matrix.kernels;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < cells; i++) {
			struct cell *cell = &site->matrix.cells[i];

			if (!has_page(cell) || (cell->lost == NULL) != pass)
				continue;
			if (site->pages < FAILURE_PAGES_MAX)
				cell->page = ++site->pages;
			else
				site->left_out++;
		}
}

char *failure_file(const struct cell *cell)
{
	return text("failure-%u.html", cell->page);
}

char *comparison_file(size_t comparison)
{
	return text("compare-%zu.html", comparison + 1);
}

static int write_failures(const struct site *site)
{
	int err = 0;

	for (size_t i = 0; i < site->matrix.count && !err; i++) {
		const struct row *row = &site->matrix.rows[i];

		for (size_t k = 0; k < site->matrix.kernels && !err; k++)
			if (row->cells[k].page)
				err = failure_write(site, row, &row->cells[k]);
	}
	return err;
}

static int write_pages(const struct site *site)
{
	int err = assets_write(site);

	for (size_t i = 0; i < site->families.count && !err; i++)
		err = family_write(site, i);
	for (size_t i = 0; i < site->results->comparisons.count && !err; i++)
		err = comparison_write(site, i);
	if (!err)
		err = write_failures(site);
	return err ?: times_write(site);
}

/* Remove FOLDER with its files, if it exists. It has no subfolders. */
static void remove_folder(const char *path)
{
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	rmdir(path);
}

/* Replace the pages of earlier reports on this run by the new ones. */
static int settle(const char *fresh, const char *folder)
{
	cleanup_free char *old = text("%s.old", folder);
	int err;

	remove_folder(old);
	if (rename(folder, old) && errno != ENOENT)
		return -errno;
	err = rename(fresh, folder) ? -errno : 0;
	remove_folder(old);
	return err;
}

static void site_free(struct site *site)
{
	for (size_t i = 0; i < site->families.count; i++) {
		free(site->families.items[i].name);
		free(site->families.items[i].file);
	}
	free(site->families.items);
	matrix_free(&site->matrix);
}

int html_write(const struct report *report, const char *path)
{
	cleanup_free char *folder = text("%s/html", report->folder);
	cleanup_free char *fresh = text("%s.%d.tmp", folder, (int)getpid());
	struct site site = {.report = report, .results = report->results, .folder = fresh};
	int err;

	matrix_make(report->results, &site.matrix);
	site.summary = summarize(report->results, &site.matrix);
	find_families(&site);
	number_pages(&site);
	err = mkdir(fresh, 0755) ? -errno : write_pages(&site);
	err = err ?: settle(fresh, folder);
	err = err ?: overview_write(&site, path);
	if (err)
		remove_folder(fresh);
	site_free(&site);
	return err;
}
