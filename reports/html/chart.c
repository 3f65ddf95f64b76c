// SPDX-License-Identifier: GPL-2.0-only
#include "reports/html/chart.h"

#include "lab/base/cleanup.h"

/* Dimensions of a curve, in SVG units. The margins at the left and below hold the labels. */
#define WIDTH  640
#define HEIGHT 180
#define LEFT   60
#define BOTTOM 24
#define TOP    12

void chart_bar(const struct sheet *sheet, double part, double whole)
{
	cleanup_free char *width = text("%.2f", whole > 0 ? 100 * part / whole : 0);

	markup_open(sheet->markup, "svg", "class", "meter", "viewBox", "0 0 100 6",
		    "preserveAspectRatio", "none", "aria-hidden", "true", NULL);
	markup_empty(sheet->markup, "rect", "class", "time", "width", width, "height", "6", NULL);
	markup_close(sheet->markup);
}

static double most_of(const struct point *points, size_t count)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = points[i].value > most ? points[i].value : most;
	return most > 0 ? most : 1;
}

static double x_of(size_t i, size_t count)
{
	return LEFT + (double)i * (WIDTH - LEFT - 10) / (double)(count - 1);
}

static double y_of(double value, double most)
{
	return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
}

static void write_label(const struct sheet *sheet, double x, double y, const char *anchor,
			const char *label)
{
	cleanup_free char *at_x = text("%.1f", x);
	cleanup_free char *at_y = text("%.1f", y);

	markup_element(sheet->markup, "text", label, "x", at_x, "y", at_y, "text-anchor", anchor,
		       NULL);
}

/* Draw labelled lines at 0, at half the maximum and at the maximum. */
static void write_grid(const struct sheet *sheet, double most, const char *unit)
{
	for (int i = 0; i <= 2; i++) {
		double value = most * i / 2;
		cleanup_free char *y = text("%.1f", y_of(value, most));
		cleanup_free char *label = text("%.4g %s", value, unit);
		cleanup_free char *left = text("%d", LEFT);
		cleanup_free char *right = text("%d", WIDTH - 10);

		markup_empty(sheet->markup, "line", "class", "grid", "x1", left, "x2", right, "y1",
			     y, "y2", y, NULL);
		write_label(sheet, LEFT - 6, y_of(value, most) + 4, "end", label);
	}
}

static void write_points(const struct sheet *sheet, const struct point *points, size_t count,
			 const char *unit)
{
	double most = most_of(points, count);
	cleanup_buf struct buf line = BUF_INIT;

	for (size_t i = 0; i < count; i++)
		buf_printf(&line, "%.1f,%.1f ", x_of(i, count), y_of(points[i].value, most));
	markup_empty(sheet->markup, "polyline", "class", "curve", "points", line.data, NULL);
	for (size_t i = 0; i < count; i++) {
		cleanup_free char *x = text("%.1f", x_of(i, count));
		cleanup_free char *y = text("%.1f", y_of(points[i].value, most));
		cleanup_free char *label =
			text("%s: %.4g %s", points[i].label, points[i].value, unit);

		markup_open(sheet->markup, "circle", "cx", x, "cy", y, "r", "3", NULL);
		markup_element(sheet->markup, "title", label, NULL);
		markup_close(sheet->markup);
	}
}

static void write_numbers(const struct sheet *sheet, const char *heading, const char *unit,
			  const struct point *points, size_t count)
{
	markup_open(sheet->markup, "details", NULL);
	markup_element(sheet->markup, "summary", "As a table", NULL);
	part_table(sheet, heading, NULL, "Run", unit, NULL);
	for (size_t i = 0; i < count; i++) {
		cleanup_free char *value = text("%.4g", points[i].value);

		markup_open(sheet->markup, "tr", NULL);
		part_cell(sheet, points[i].label, NULL);
		part_cell(sheet, value, "number");
		markup_close(sheet->markup);
	}
	part_table_end(sheet);
	markup_close(sheet->markup);
}

void chart_curve(const struct sheet *sheet, const char *heading, const char *unit,
		 const struct point *points, size_t count)
{
	cleanup_free char *box = text("0 0 %d %d", WIDTH, HEIGHT);
	cleanup_free char *label = NULL;

	if (count < 2)
		return;
	label = text("%s: %.4g %s in the last of %zu runs, at most %.4g %s", heading,
		     points[count - 1].value, unit, count, most_of(points, count), unit);
	markup_open(sheet->markup, "figure", NULL);
	markup_element(sheet->markup, "figcaption", heading, NULL);
	markup_open(sheet->markup, "svg", "class", "chart", "viewBox", box, "role", "img",
		    "aria-label", label, NULL);
	write_grid(sheet, most_of(points, count), unit);
	write_points(sheet, points, count, unit);
	write_label(sheet, LEFT, HEIGHT - 6, "start", points[0].label);
	write_label(sheet, WIDTH - 10, HEIGHT - 6, "end", points[count - 1].label);
	markup_close(sheet->markup);
	write_numbers(sheet, heading, unit, points, count);
	markup_close(sheet->markup);
}
