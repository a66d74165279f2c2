/* library.c - marlgold.h over the environments' own tables: what is seen, decided, kept. */

#include "suite/library/handle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mg_row row_of(const marlgold *self, int row)
{
    return (mg_row){self->config, self->world, self->state + (size_t)row * self->stride};
}

static bool is_row(const marlgold *self, int row, mg_error *error)
{
    return (row >= 0 && row < self->rows) ||
           mg_fail(error, MG_EXIT_USAGE, "row %d: wanted one from 0 to %d", row, self->rows - 1);
}

/* ---- playing ---- */

bool marlgold_reset(marlgold *self, int row, char *error)
{
    mg_error found = {0};
    if (!is_row(self, row, &found))
        return mg_library_error(&found, error);
    mg_stream stream =
        mg_stream_at(self->key, MG_PURPOSE_TRAIN_RESET, (uint32_t)self->row[row].resets++, (uint32_t)row, 0);
    mg_row of = row_of(self, row);
    self->env->reset(&of, &stream);
    self->row[row].begun = 1;
    self->row[row].terminated = self->row[row].truncated = 0;
    self->welfare[row] = 0.0f;
    return true;
}

static void look(const marlgold *self, const mg_row *row, const marlgold_view *to)
{
    const marlgold_spec *length = &self->lengths;
    if (to->allowed)
        memset(to->allowed, 1, (size_t)length->choices_length); /* of agents without masks */
    for (int stage = 0; stage < self->spec.stages; stage++) {
        if (to->observation)
            self->env->observe(row, stage, to->observation);
        if (to->allowed && self->env->mask)
            self->env->mask(row, stage, to->allowed);
    }
    if (to->neighbour && length->neighbours)
        self->env->neighbours(row, to->neighbour);
    if (to->state && length->state_length)
        self->env->state(row, to->state);
    if (to->designer && length->designer_length)
        self->env->designer(row, to->designer);
}

void marlgold_look_at(const marlgold *self, int row, const marlgold_view *view)
{
    if (row < 0 || row >= self->rows || !self->row[row].begun)
        return;
    mg_row of = row_of(self, row);
    look(self, &of, view);
}

void marlgold_look(const marlgold *self, const marlgold_view *view)
{
    const marlgold_spec *length = &self->lengths;
    size_t links = (size_t)length->agents * (size_t)length->neighbours;
    for (int row = 0; row < self->rows; row++) {
        size_t at = (size_t)row;
        marlgold_view one = {
            view->observation ? view->observation + at * (size_t)length->observation_length : NULL,
            view->allowed ? view->allowed + at * (size_t)length->choices_length : NULL,
            view->neighbour ? view->neighbour + at * links : NULL,
            view->state ? view->state + at * (size_t)length->state_length : NULL,
            view->designer ? view->designer + at * (size_t)length->designer_length : NULL,
        };
        marlgold_look_at(self, row, &one);
    }
}

int marlgold_live(const marlgold *self, int row)
{
    const marlgold_row *of = row >= 0 && row < self->rows ? &self->row[row] : NULL;
    return of && of->begun && !of->terminated && !of->truncated;
}

/* A row's part of what is decided. */
static mg_joint joint_of(const marlgold *self, int row, const marlgold_decision *decision)
{
    const marlgold_spec *length = &self->lengths;
    size_t at = (size_t)row;
    return (mg_joint){
        decision->action ? decision->action + at * (size_t)length->agents : self->no_action,
        length->real_length && decision->real ? decision->real + at * (size_t)length->real_length : NULL,
        !length->givers  ? NULL
        : decision->gift ? decision->gift + at * (size_t)length->givers * (size_t)length->gifts_per_giver
                         : self->no_gift,
    };
}

/* Whether agents of the stages up to `last` have decided something that there is. */
static bool check_row(const marlgold *self, int row, int last, const mg_joint *joint, mg_error *error)
{
    const marlgold_spec *length = &self->lengths;
    for (int i = 0; i < length->agents; i++) {
        const marlgold_agent *agent = &self->agent[i];
        if (agent->stage > last)
            continue;
        if (agent->actions && (joint->action[i] < 0 || joint->action[i] >= agent->actions))
            return mg_fail(error, MG_EXIT_USAGE, "row %d: action %d of agent %d, wanted one from 0 to %d", row,
                           (int)joint->action[i], i, agent->actions - 1);
        for (int k = 0; k < agent->reals; k++)
            if (!isfinite(joint->real[agent->reals_at + k]))
                return mg_fail(error, MG_EXIT_USAGE, "row %d: number %d of agent %d's action is not finite", row, k, i);
    }
    for (int k = 0; joint->transfer && k < length->givers * length->gifts_per_giver; k++)
        if (!(joint->transfer[k] >= length->gift_low && joint->transfer[k] <= length->gift_high))
            return mg_fail(error, MG_EXIT_USAGE, "row %d: gift %d of giver %d is %g, wanted a number from %g to %g",
                           row, k % length->gifts_per_giver, k / length->gifts_per_giver, (double)joint->transfer[k],
                           (double)length->gift_low, (double)length->gift_high);
    return true;
}

static bool check_decision(const marlgold *self, int last, const marlgold_decision *decision, mg_error *error)
{
    bool choices = false;
    for (int i = 0; i < self->lengths.agents; i++)
        choices = choices || (self->agent[i].actions && self->agent[i].stage <= last);
    if (choices && !decision->action)
        return mg_fail(error, MG_EXIT_USAGE, "no actions, where agents have choices");
    if (last >= 0 && self->lengths.real_length && !decision->real)
        return mg_fail(error, MG_EXIT_USAGE, "no real actions, where agents have vectors");
    for (int row = 0; row < self->rows; row++) {
        mg_joint joint = joint_of(self, row, decision);
        if (marlgold_live(self, row) && !check_row(self, row, last, &joint, error))
            return false;
    }
    return true;
}

/* Copies a row's numbers out, or zeros. */
static void hand_out(const marlgold *self, int row, bool stepped, const marlgold_outcome *to)
{
    size_t agents = (size_t)self->lengths.agents, at = (size_t)row * agents;
    float *out[3] = {to->reward, to->paid, to->received};
    const float *in[3] = {self->reward, self->paid, self->received};
    for (int k = 0; k < 3; k++) {
        if (out[k] && stepped)
            memcpy(out[k] + at, in[k], agents * sizeof *out[k]);
        else if (out[k])
            memset(out[k] + at, 0, agents * sizeof *out[k]);
    }
    if (to->terminated)
        to->terminated[row] = self->row[row].terminated;
    if (to->truncated)
        to->truncated[row] = self->row[row].truncated;
}

static void step_row(marlgold *self, int row, const mg_joint *joint)
{
    marlgold_row *of = &self->row[row];
    size_t bytes = (size_t)self->lengths.agents * sizeof *self->reward;
    mg_stream stream = mg_stream_at(self->key, MG_PURPOSE_TRAIN_STEP, (uint32_t)of->steps++, (uint32_t)row, 0);
    mg_outcome outcome = {.reward = self->reward, .paid = self->paid, .received = self->received};
    mg_row state = row_of(self, row);
    memset(self->reward, 0, bytes);
    memset(self->paid, 0, bytes);
    memset(self->received, 0, bytes);
    self->env->step(&state, joint, &stream, &outcome);
    of->terminated = outcome.terminated;
    of->truncated = outcome.truncated;
    self->welfare[row] = self->lengths.designer_length ? outcome.welfare : 0.0f;
}

bool marlgold_step(marlgold *self, const marlgold_decision *decision, const marlgold_outcome *outcome, char *error)
{
    mg_error found = {0};
    if (!check_decision(self, self->spec.stages - 1, decision, &found))
        return mg_library_error(&found, error);
    for (int row = 0; row < self->rows; row++) {
        bool live = marlgold_live(self, row);
        mg_joint joint = joint_of(self, row, decision);
        if (live)
            step_row(self, row, &joint);
        if (outcome)
            hand_out(self, row, live, outcome);
    }
    return true;
}

bool marlgold_disclose(marlgold *self, int after_stage, const marlgold_decision *decision, char *error)
{
    mg_error found = {0};
    bool gifts = self->lengths.givers && !self->lengths.gifts_after_actions;
    if (!self->env->disclose || after_stage < (gifts ? -1 : 0) || after_stage > self->spec.stages - 2)
        (void)mg_fail(&found, MG_EXIT_USAGE, "stage %d: environment %s has nothing to disclose after it", after_stage,
                      self->spec.name);
    else
        (void)check_decision(self, after_stage, decision, &found);
    if (found.status != MG_EXIT_OK)
        return mg_library_error(&found, error);
    for (int row = 0; row < self->rows; row++) {
        mg_joint joint = joint_of(self, row, decision);
        mg_row state = row_of(self, row);
        if (marlgold_live(self, row))
            self->env->disclose(&state, after_stage, &joint);
    }
    return true;
}

float marlgold_welfare(const marlgold *self, int row)
{
    return row >= 0 && row < self->rows ? self->welfare[row] : 0.0f;
}

void marlgold_metrics(const marlgold *self, int row, double *metric)
{
    if (row < 0 || row >= self->rows || !self->row[row].begun)
        return;
    mg_row state = row_of(self, row);
    self->env->metrics(&state, metric);
}

/* ---- its state ---- */

void marlgold_digest(marlgold *self, int row, char text[MARLGOLD_DIGEST])
{
    text[0] = '\0';
    if (row < 0 || row >= self->rows || !self->row[row].begun)
        return;
    mg_row state = row_of(self, row);
    mg_hasher_restart(self->hasher);
    self->env->digest(&state, self->hasher);
    (void)mg_digest_print(mg_hasher_finish(self->hasher), text);
}

/* What is saved: whose it is, how far the row's streams are, the state; of this kind of machine, since states are
 * saved as they lie. */
typedef struct saved {
    mg_digest configuration;
    marlgold_row row;
} saved;

size_t mg_library_row_bytes(const mg_env_spec *spec)
{
    return sizeof(saved) + spec->row_bytes;
}

void marlgold_save(const marlgold *self, int row, void *bytes)
{
    if (row < 0 || row >= self->rows)
        return;
    saved head;
    memset(&head, 0, sizeof head);
    head.configuration = self->configuration;
    head.row = self->row[row];
    memcpy(bytes, &head, sizeof head);
    memcpy((unsigned char *)bytes + sizeof head, row_of(self, row).state, self->spec.row_bytes);
}

bool marlgold_restore(marlgold *self, int row, const void *bytes, size_t length, char *error)
{
    mg_error found = {0};
    saved head;
    if (!is_row(self, row, &found))
        return mg_library_error(&found, error);
    if (length == self->lengths.row_bytes)
        memcpy(&head, bytes, sizeof head);
    if (length != self->lengths.row_bytes)
        (void)mg_fail(&found, MG_EXIT_INPUT, "%zu bytes, wanted %zu as a row of %s has", length,
                      self->lengths.row_bytes, self->spec.name);
    else if (!mg_digest_equal(head.configuration, self->configuration))
        (void)mg_fail(&found, MG_EXIT_INPUT,
                      "a row of another environment, other settings, another experiment or seed, or of another kind of "
                      "machine; create the same to restore it");
    if (found.status != MG_EXIT_OK)
        return mg_library_error(&found, error);
    self->row[row] = head.row;
    self->welfare[row] = 0.0f;
    memcpy(row_of(self, row).state, (const unsigned char *)bytes + sizeof head, self->spec.row_bytes);
    return true;
}

size_t marlgold_render(const marlgold *self, int row, char *text, size_t room)
{
    if (room)
        text[0] = '\0';
    if (!self->env->render || row < 0 || row >= self->rows || !self->row[row].begun)
        return 0;
    char *picture = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&picture, &length);
    if (!out)
        return 0;
    mg_row state = row_of(self, row);
    self->env->render(&state, out);
    if (fclose(out) != 0)
        length = 0;
    if (room && picture)
        snprintf(text, room, "%.*s", (int)length, picture);
    free(picture);
    return length;
}
