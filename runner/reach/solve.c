// SPDX-License-Identifier: GPL-2.0-only
/*
 * Only some arcs between the blocks of a function have counters. The others follow: as often as a
 * block is entered, it is left.
 */
#include "runner/reach/notes.h"

#include "lab/base/alloc.h"

/* The first and the last block of a function: nothing in it leads to the one or from the other. */
enum { ENTRY, EXIT };

/* The arcs on one side of a block. */
struct arc_side {
	uint64_t sum;	      /* of those that are known */
	unsigned int unknown; /* how many are not */
};

struct arc_block {
	uint64_t count;
	bool known;
	struct arc_side in, out;
};

struct graph {
	const struct notes_function *function;
	struct arc_block *blocks;
	bool *known; /* for each arc */
};

static void learn_arc(struct graph *graph, size_t arc, uint64_t count)
{
	const struct notes_arc *its = &graph->function->arcs.items[arc];
	struct arc_side *out = &graph->blocks[its->from].out, *in = &graph->blocks[its->to].in;

	graph->known[arc] = true;
	out->sum += count;
	out->unknown--;
	in->sum += count;
	in->unknown--;
}

static void begin(struct graph *graph, const struct notes_count *counts, size_t count)
{
	const struct notes_function *function = graph->function;
	size_t counter = 0, next = 0;

	for (size_t i = 0; i < function->arcs.count; i++) {
		graph->blocks[function->arcs.items[i].from].out.unknown++;
		graph->blocks[function->arcs.items[i].to].in.unknown++;
	}
	for (size_t i = 0; i < function->arcs.count; i++) {
		uint64_t value = 0;

		if (!function->arcs.items[i].counted)
			continue;
		if (next < count && counts[next].index == counter)
			value = counts[next++].value;
		counter++;
		learn_arc(graph, i, value);
	}
}

static bool learn_blocks(struct graph *graph)
{
	bool learnt = false;

	for (uint32_t i = 0; i < graph->function->blocks; i++) {
		struct arc_block *block = &graph->blocks[i];
		bool by_out = i != EXIT && !block->out.unknown;
		bool by_in = i != ENTRY && !block->in.unknown;

		if (block->known || (!by_out && !by_in))
			continue;
		block->known = learnt = true;
		block->count = by_out ? block->out.sum : block->in.sum;
	}
	return learnt;
}

/* The only unknown arc on a side of a block whose count is known. */
static bool learn_arcs(struct graph *graph)
{
	bool learnt = false;

	for (size_t i = 0; i < graph->function->arcs.count; i++) {
		const struct notes_arc *arc = &graph->function->arcs.items[i];
		const struct arc_block *from = &graph->blocks[arc->from],
				       *to = &graph->blocks[arc->to];

		if (graph->known[i])
			continue;
		if (from->known && from->out.unknown == 1)
			learn_arc(graph, i, from->count - from->out.sum);
		else if (to->known && to->in.unknown == 1)
			learn_arc(graph, i, to->count - to->in.sum);
		else
			continue;
		learnt = true;
	}
	return learnt;
}

void notes_solve(const struct notes_function *function, const struct notes_count *counts,
		 size_t count, bool *reached)
{
	struct graph graph = {
		.function = function,
		.blocks = zalloc(function->blocks, sizeof(*graph.blocks)),
		.known = zalloc(function->arcs.count, sizeof(*graph.known)),
	};
	bool learnt = true;

	begin(&graph, counts, count);
	while (learnt) {
		learnt = learn_blocks(&graph);
		learnt |= learn_arcs(&graph);
	}
	/*
	 * A case may begin or end within a function, whose counters then do not add up: a count
	 * that would be negative is one, too.
	 */
	for (uint32_t i = 0; i < function->blocks; i++)
		reached[i] = graph.blocks[i].count;
	free(graph.blocks);
	free(graph.known);
}
