// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/tracer.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "lab/base/trace-area.h"
#include "runner/guest/models.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

/* A traced model. */
struct traced_model {
	char *name;
	const struct trace_area *area;
	uint32_t taken; /* bytes of the current half that were read; only if the model is lost */
	bool lost;	/* it does not answer: the rest of its trace is in the current half */
};

/* An event of a model. TEXT is what follows the time. */
struct traced {
	uint64_t ns;
	size_t source, order;
	const char *text;
};

/* The events since the last mark. */
struct part {
	struct traced *items;
	size_t count;
	char **texts; /* of each source, as read from its memory */
	struct buf notes;
};

struct tracer {
	const struct job *job;
	unsigned int guest;
	struct traced_model *sources;
	size_t count;
	const struct job_case *running; /* NULL: between two cases */
	char *clock;			/* the guest's, when it began, in ms */
	uint64_t created_ns, begun_ns;	/* CLOCK_MONOTONIC */
	bool has_file;			/* of the events outside of cases */
};

struct tracer *tracer_create(const struct job *job, unsigned int guest)
{
	struct tracer *tracer;

	if (!job->traces)
		return NULL;
	tracer = zalloc(1, sizeof(*tracer));
	*tracer = (struct tracer){.job = job, .guest = guest, .created_ns = now_ns()};
	return tracer;
}

void tracer_free(struct tracer *tracer)
{
	if (!tracer)
		return;
	for (size_t i = 0; i < tracer->count; i++) {
		munmap((void *)tracer->sources[i].area, sizeof(struct trace_area));
		free(tracer->sources[i].name);
	}
	free(tracer->sources);
	free(tracer->clock);
	free(tracer);
}

int tracer_add(struct tracer *tracer, const char *name)
{
	cleanup_close int fd = memfd_create("trace", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	struct traced_model *added;
	void *area;

	if (fd < 0 || ftruncate(fd, sizeof(struct trace_area)))
		return -errno;
	/* If the model could shrink the file, the next access would kill this process. */
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		return -errno;
	area = mmap(NULL, sizeof(struct trace_area), PROT_READ, MAP_SHARED, fd, 0);
	if (area == MAP_FAILED)
		return -errno;
	tracer->sources = one_more(tracer->sources, tracer->count, sizeof(*added));
	added = &tracer->sources[tracer->count++];
	*added = (struct traced_model){.name = text("%s", name), .area = area};
	return steal_fd(&fd);
}

static void part_free(struct part *part)
{
	free(part->texts);
	free(part->items);
	buf_free(&part->notes);
}

/*
 * Ask the model for a mark. Returns the half that it has left, and stores where its unread part
 * begins. A model that does not answer may have died: its memory is complete.
 */
static const struct trace_half *mark(struct traced_model *source, struct models *models,
				     uint32_t *from)
{
	const uint32_t current = __atomic_load_n(&source->area->current, __ATOMIC_ACQUIRE) & 1;
	cleanup_buf struct buf reply = BUF_INIT;

	*from = source->taken;
	if (!source->lost && models && !models_command(models, source->name, "trace", &reply))
		return &source->area->halves[current];
	source->lost = true;
	return &source->area->halves[__atomic_load_n(&source->area->current, __ATOMIC_ACQUIRE) & 1];
}

static void add_event(struct part *part, size_t source, char *line)
{
	struct traced *added;
	char *end;
	uint64_t ns = strtoull(line, &end, 10);

	for (char *at = end; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	part->items = one_more(part->items, part->count, sizeof(*added));
	added = &part->items[part->count];
	*added = (struct traced){.ns = ns, .source = source, .order = part->count++, .text = end};
	added->text += *added->text == ' ';
}

/*
 * Copy what the model wrote since the last mark, then split it. The model parses data of a guest,
 * so its memory may hold anything.
 */
static void take_source(struct tracer *tracer, size_t index, struct models *models,
			struct part *part)
{
	struct traced_model *source = &tracer->sources[index];
	uint32_t from;
	const struct trace_half *half = mark(source, models, &from);
	const uint32_t now = __atomic_load_n(&half->len, __ATOMIC_ACQUIRE), lost = half->lost;
	const uint32_t len = now > TRACE_HALF ? TRACE_HALF : now;
	char *copy, *next;

	if (source->lost)
		source->taken = len;
	if (lost)
		buf_printf(&part->notes, "# %s: %u more events found no room\n", source->name,
			   lost);
	if (len <= from)
		return;
	copy = part->texts[index] = strndup(half->text + from, len - from);
	for (char *line = copy; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		add_event(part, index, line);
	}
}

static int compare(const void *a, const void *b)
{
	const struct traced *one = a, *other = b;

	if (one->ns != other->ns)
		return one->ns < other->ns ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

static void take(struct tracer *tracer, struct models *models, struct part *part)
{
	part->texts = zalloc(tracer->count + 1, sizeof(*part->texts));
	for (size_t i = 0; i < tracer->count; i++)
		take_source(tracer, i, models, part);
	if (part->count)
		qsort(part->items, part->count, sizeof(*part->items), compare);
}

/* Free the copies of the models' memory, which the events point into. */
static void drop(const struct tracer *tracer, struct part *part)
{
	for (size_t i = 0; i < tracer->count; i++)
		free(part->texts[i]);
	part_free(part);
}

static void print(const struct tracer *tracer, const struct part *part, uint64_t origin,
		  struct buf *out)
{
	int width = 0;

	for (size_t i = 0; i < tracer->count; i++)
		if ((int)strlen(tracer->sources[i].name) > width)
			width = (int)strlen(tracer->sources[i].name);
	for (size_t i = 0; i < part->count; i++) {
		const struct traced *event = &part->items[i];

		buf_printf(out, "%10.3f  %-*s  %s\n",
			   ((double)event->ns - (double)origin) / 1000000, width,
			   tracer->sources[event->source].name, event->text);
	}
	if (part->notes.len)
		buf_puts(out, part->notes.data);
}

static void print_head(const struct tracer *tracer, const char *what, const char *since,
		       struct buf *out)
{
	const struct job *job = tracer->job;

	buf_printf(out,
		   "# %s on %s, machine %s, guest %u.%u\n# in ms of the host's clock since %s\n",
		   what, job->kernel, job->machine, job->part + 1, tracer->guest, since);
	if (!job->trace_all)
		buf_puts(out,
			 "# without accesses to mapped memory of BARs (--trace=all has them)\n");
}

/* FOLDER/FAMILY/SCENARIO[DUT].trace; later attempts have their number before the suffix. */
static char *path_of(const struct tracer *tracer)
{
	const struct job_case *of = tracer->running;

	return of->attempt > 1 ? text("%s/%s.%u.trace", tracer->job->traces, of->name, of->attempt)
			       : text("%s/%s.trace", tracer->job->traces, of->name);
}

static int write_case(const struct tracer *tracer, const struct part *part)
{
	cleanup_free char *path = path_of(tracer);
	cleanup_free char *since =
		text("the case began; the guest's clock was at %s ms", tracer->clock);
	cleanup_buf struct buf out = BUF_INIT;
	char *slash = strrchr(path, '/');
	int err;

	/* A skipped case has no trace, and an earlier attempt that does not count leaves none. */
	if (!part->count && !part->notes.len)
		return unlink(path) && errno != ENOENT ? -errno : 0;
	print_head(tracer, tracer->running->name, since, &out);
	print(tracer, part, tracer->begun_ns, &out);
	*slash = '\0';
	err = make_folders(path);
	*slash = '/';
	return err ?: file_write(path, out.data, out.len);
}

/* Append events outside of cases to PART.GUEST.trace. */
static int write_rest(struct tracer *tracer, const struct part *part)
{
	cleanup_free char *path =
		text("%s/%u.%u.trace", tracer->job->traces, tracer->job->part + 1, tracer->guest);
	cleanup_buf struct buf out = BUF_INIT;
	cleanup_close int fd = -1;

	if (!part->count && !part->notes.len)
		return 0;
	if (!tracer->has_file)
		print_head(tracer, "outside of cases", "the guest's models started", &out);
	print(tracer, part, tracer->created_ns, &out);
	if (make_folders(tracer->job->traces))
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (tracer->has_file ? O_APPEND : O_TRUNC),
		  0644);
	if (fd < 0)
		return -errno;
	tracer->has_file = true;
	return write_all(fd, out.data, out.len);
}

int tracer_finish(struct tracer *tracer, struct models *models)
{
	struct part part = {0};
	int err;

	take(tracer, models, &part);
	err = tracer->running ? write_case(tracer, &part) : write_rest(tracer, &part);
	tracer->running = NULL;
	drop(tracer, &part);
	return err;
}

static int begin(struct tracer *tracer, struct models *models, const char *request)
{
	unsigned int number, ms;
	int end = 0, err;

	if (sscanf(request, "begin %9u %9u%n", &number, &ms, &end) != 2 || request[end] ||
	    !job_find(tracer->job, number))
		return -EINVAL;
	err = tracer_finish(tracer, models);
	tracer->running = job_find(tracer->job, number);
	free(tracer->clock);
	tracer->clock = text("%u", ms);
	tracer->begun_ns = now_ns();
	return err;
}

int tracer_serve(struct tracer *tracer, struct models *models, const char *request,
		 struct buf *reply)
{
	int err = -EINVAL;

	if (!tracer)
		buf_puts(reply, "this run is not traced");
	else if (!strcmp(request, "end"))
		err = tracer_finish(tracer, models);
	else
		err = begin(tracer, models, request);
	if (err && !reply->len)
		buf_printf(reply, "cannot trace '%.40s': %s", request, strerror(-err));
	return err;
}
