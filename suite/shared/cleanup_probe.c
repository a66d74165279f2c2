/* cleanup_probe.c - episodes in lockstep, so that networks see one batch. */
#include "suite/shared/cleanup_probe.h"
#include "core/io/memory.h"
#include "core/num/scalar_math.h"

#include <stdlib.h>
#include <string.h>

enum {
    AGENTS = MG_CLEANUP_AGENTS,
    ROWS = CLEANUP_PROBE_EPISODES,
    FIRST_ROW = 1000 /* of the streams: far from those of evaluations */
};

/* Episodes side by side, and what the learner is shown of them. */
typedef struct stage {
    const mg_cleanup_config *config;
    mg_key key;
    int rows, length;
    void *state[ROWS];
    float *observation[AGENTS]; /* [rows x length] */
    float *seen;                /* [agents x length], of one row */
    float transfer[ROWS][AGENTS * AGENTS];
    double paid[ROWS];
    int row[ROWS];
    uint32_t time[ROWS];
    int32_t action[AGENTS][ROWS];
} stage;

/* Room for so many episodes, at most ROWS. */
static stage *open_stage(const mg_cleanup_config *config, const mg_env_spec *environment, int rows, mg_key key)
{
    stage *s = mg_allocate(1, sizeof *s);
    s->config = config;
    s->key = key;
    s->rows = rows;
    s->length = mg_env_agent(environment, 0)->observation;
    for (int k = 0; k < rows; k++)
        s->state[k] = mg_allocate_block(environment->row_bytes, 1);
    s->seen = mg_allocate((size_t)AGENTS * (size_t)(1 + rows) * (size_t)s->length, sizeof *s->seen);
    for (int i = 0; i < AGENTS; i++)
        s->observation[i] = s->seen + (AGENTS + i * rows) * s->length;
    return s;
}

static void close_stage(stage *s)
{
    for (int k = 0; k < s->rows; k++)
        free(s->state[k]);
    free(s->seen);
    free(s);
}

static mg_row row_of(stage *s, int k)
{
    return (mg_row){s->config, NULL, s->state[k]};
}

/* What agents see, agent by agent. */
static void look(stage *s)
{
    const size_t length = (size_t)s->length;
    for (int k = 0; k < s->rows; k++) {
        const mg_row row = row_of(s, k);
        mg_cleanup.observe(&row, 0, s->seen);
        for (size_t i = 0; i < AGENTS; i++)
            memcpy(s->observation[i] + (size_t)k * length, s->seen + i * length, length * sizeof(float));
    }
}

/* One step of all episodes; false where they are over. */
static bool play(stage *s, mg_rollout *rollout, int giver, cleanup_script script)
{
    const mg_learner_table *lio = &mg_lio_actor_critic;
    void *self = mg_rollout_learner_self(rollout);
    const float *const observation[AGENTS] = {s->observation[0], s->observation[1]};
    int32_t *const action[AGENTS] = {s->action[0], s->action[1]};
    const int32_t *const done[AGENTS] = {s->action[0], s->action[1]};
    float *transfer[ROWS];
    const mg_batch batch = {
        .mode = MG_EVALUATE, .rows = s->rows, .row = s->row, .time = s->time, .observation = observation};
    bool going = true;
    look(s);
    lio->act(self, &batch, action, NULL);
    for (int k = 0; k < s->rows; k++) {
        const mg_row row = row_of(s, k);
        mg_stream draws = mg_stream_at(s->key, MG_PURPOSE_EVALUATE_ACTION, s->time[k], (uint32_t)s->row[k], AGENTS);
        s->action[1 - giver][k] = cleanup_script_action(script, &row, 1 - giver, &draws);
        transfer[k] = s->transfer[k];
    }
    lio->give(self, &batch, done, transfer);
    for (int k = 0; k < s->rows; k++) {
        float reward[AGENTS], paid[AGENTS], received[AGENTS];
        mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
        const mg_row row = row_of(s, k);
        const int32_t joint[AGENTS] = {s->action[0][k], s->action[1][k]};
        mg_stream noise = mg_stream_at(s->key, MG_PURPOSE_EVALUATE_STEP, s->time[k], (uint32_t)s->row[k], 0);
        mg_cleanup.step(&row, &(mg_joint){.action = joint, .transfer = s->transfer[k]}, &noise, &outcome);
        s->paid[k] += (double)paid[giver];
        s->time[k]++;
        going = !outcome.truncated;
    }
    return going;
}

static cleanup_mean mean_of(int n, const double *x)
{
    double sum = 0.0, squares = 0.0;
    for (int k = 0; k < n; k++)
        sum += x[k];
    for (int k = 0; k < n; k++)
        squares += (x[k] - sum / n) * (x[k] - sum / n);
    return (cleanup_mean){sum / n, n > 1 ? mg_sqrt(squares / (n - 1) / n) : 0.0};
}

void cleanup_probe_run(cleanup_probe *probe, const mg_cleanup_config *config, mg_rollout *rollout, int number,
                       mg_key key)
{
    static const cleanup_script script[CLEANUP_PROBED] = {CLEANUP_RIVER, CLEANUP_CLEANER, CLEANUP_MISSER};
    stage *s = open_stage(config, mg_rollout_environment(rollout), probe->episodes, key);
    for (int giver = 0; giver < AGENTS; giver++)
        for (int n = 0; n < CLEANUP_PROBED; n++) {
            memset(s->transfer, 0, sizeof s->transfer);
            memset(s->paid, 0, sizeof s->paid);
            for (int k = 0; k < s->rows; k++) {
                const mg_row row = row_of(s, k);
                s->row[k] = FIRST_ROW + k;
                s->time[k] = (uint32_t)(((number * AGENTS + giver) * CLEANUP_PROBED + n) * config->steps);
                mg_stream noise = mg_stream_at(key, MG_PURPOSE_EVALUATE_RESET, s->time[k], (uint32_t)s->row[k], 0);
                mg_cleanup.reset(&row, &noise);
            }
            while (play(s, rollout, giver, script[n]))
                continue;
            probe->paid[giver][n] = mean_of(s->rows, s->paid);
        }
    close_stage(s);
}

double cleanup_probe_lead(const cleanup_probe *probe, int giver)
{
    return probe->paid[giver][1].mean - probe->paid[giver][2].mean;
}

int cleanup_probe_tells(const cleanup_probe *probe, int giver)
{
    const cleanup_mean cleaner = probe->paid[giver][1], misser = probe->paid[giver][2];
    const double error = mg_sqrt(cleaner.error * cleaner.error + misser.error * misser.error);
    const double lead = cleanup_probe_lead(probe, giver), size = lead < 0.0 ? -lead : lead;
    if (!(size > 2.0 * error && size >= CLEANUP_PROBE_LEAST))
        return 0;
    return lead > 0.0 ? 1 : -1;
}

cleanup_leads cleanup_probe_leads(const cleanup_probe *probe, int first, int last, int giver)
{
    cleanup_leads found = {.at = first, .largest = cleanup_probe_lead(&probe[first], giver)};
    for (int n = first; n <= last; n++) {
        const double lead = cleanup_probe_lead(&probe[n], giver);
        found.leads += cleanup_probe_tells(&probe[n], giver) > 0;
        found.lags += cleanup_probe_tells(&probe[n], giver) < 0;
        if (lead > found.largest) {
            found.largest = lead;
            found.at = n;
        }
    }
    return found;
}
