/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The traces of a guest's device models (docs/trace.md), cut by case. A model writes to memory that
 * it shares with the tracer. When a case begins and ends, the guest waits while the tracer marks
 * the traces of all models, so that the cut is exact.
 */
#ifndef RUNNER_GUEST_TRACER_H
#define RUNNER_GUEST_TRACER_H

#include "lab/base/buf.h"
#include "runner/plan/job.h"

struct models;
struct tracer;

/*
 * A tracer of guest number GUEST of JOB, which must outlive it. Its files are created below the
 * job's folder for traces with the first event. Returns NULL if JOB is not traced. The caller frees
 * it with tracer_free().
 */
struct tracer *tracer_create(const struct job *job, unsigned int guest);

/* Free TRACER, which may be NULL. */
void tracer_free(struct tracer *tracer);

static inline void cleanup_tracer_p(struct tracer **tracer)
{
	tracer_free(*tracer);
}
#define cleanup_tracer __attribute__((cleanup(cleanup_tracer_p)))

/*
 * Add the model of the DUT NAME. Returns a file descriptor of the memory that the model writes to
 * (device --trace), which the caller closes, or -errno.
 */
int tracer_add(struct tracer *tracer, const char *name);

/*
 * Serve the guest's request "trace": "begin NUMBER CLOCK" or "end" (docs/protocol.md). Blocks until
 * all models have answered, at most 2 s for each. Returns 0, or -errno with a message in REPLY:
 * -EINVAL if the request is malformed or there is no such case, or the error of a write.
 */
int tracer_serve(struct tracer *tracer, struct models *models, const char *request,
		 struct buf *reply);

/*
 * Write what is left when the guest ends: events of the running case, or of none. MODELS is NULL if
 * the models have ended. Blocks like tracer_serve(). Returns 0 or -errno.
 */
int tracer_finish(struct tracer *tracer, struct models *models);

#endif
