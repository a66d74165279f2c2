/* watch.c - frames of an episode, and the metrics at its end. */
#include "suite/harness/watch.h"
#include "core/io/memory.h"
#include "core/io/pool.h"

#include <stdlib.h>
#include <time.h>

typedef struct screen {
    FILE *out;
    bool terminal;
    int pause_ms;
} screen;

/* Home and clear: what every terminal since the VT100 does. */
#define NEW_FRAME "\033[H\033[J"

static bool show(void *context, const mg_env_table *environment, const mg_row *row)
{
    const screen *s = context;
    if (s->terminal)
        fputs(NEW_FRAME, s->out);
    environment->render(row, s->out);
    fflush(s->out);
    if (s->terminal) {
        struct timespec pause = {s->pause_ms / 1000, s->pause_ms % 1000 * 1000000L};
        (void)nanosleep(&pause, NULL); /* a signal ends it early, and then the episode */
    }
    return !mg_signal_seen();
}

int mg_watch(mg_rollout *rollout, FILE *out, bool terminal, int pause_ms, mg_error *error)
{
    screen s = {out, terminal, pause_ms};
    const mg_env_spec *spec = mg_rollout_environment(rollout);
    double *metric = mg_allocate((size_t)spec->metrics, sizeof *metric);
    bool good = mg_rollout_watch(rollout, show, &s, metric, error);
    int signal = mg_signal_seen();
    for (int m = 0; m < spec->metrics && good && !signal; m++)
        fprintf(out, "%s %g (%s)\n", spec->metric[m].name, metric[m], spec->metric[m].unit);
    if (good && !signal)
        fprintf(out, "trained %llu (%s)\n", (unsigned long long)mg_rollout_count(rollout).units,
                mg_rollout_learner(rollout)->unit);
    free(metric);
    return !good ? (int)error->status : signal ? 128 + signal : 0;
}
