// SPDX-License-Identifier: GPL-2.0-only
/* The cases that failed in the last runs. */
#include "reports/history/db.h"

int history_failures(struct history *history, struct list *names, struct buf *why)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(history,
			     "SELECT DISTINCT cases.text, machines.text FROM results"
			     " JOIN cases ON cases.id = test JOIN machines ON machines.id = machine"
			     " WHERE run > (SELECT max(id) FROM runs) - ?1"
			     " AND verdict = 'F' AND known IS NULL",
			     &rows, why);

	if (got)
		return got;
	sqlite3_bind_int(rows, 1, HISTORY_FAILURES_RUNS);
	while ((got = db_step(history, rows, why)) > 0)
		list_addf(names, "%s %s", db_text(rows, 0), db_text(rows, 1));
	return got;
}
