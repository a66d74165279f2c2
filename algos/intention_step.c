/* intention_step.c - decide; V's loss; Q's; the policy's, by relaxed choices or by an expectation. */
#include "algos/intention_step.h"
#include "core/io/memory.h"

#include <stdlib.h>
#include <string.h>

struct mg_intention_scratch {
    const mg_intention_network *network;
    mg_real *memory; /* all of the below */
    mg_real *policy_workspace, *value_workspace, *critic_workspace, *critic_values[2];
    const mg_real *noise; /* of the last decision, the caller's */
    mg_real *acted;       /* [sample][agent][actions]: what Q is told */
    mg_real *by_action[2], *by_probability;
    mg_real *least, *log_choice, *cotangent[2]; /* [sample][agent] */
    int32_t *choice;                            /* [sample][agent]: of the last decision */
};

mg_intention_scratch *mg_intention_scratch_create(const mg_intention_network *network)
{
    const mg_intention_shape *s = &network->shape;
    const size_t rows = (size_t)s->samples * (size_t)s->agents, choices = rows * (size_t)s->actions;
    const size_t policy = mg_tape_workspace(network->policy.tape), values = mg_tape_workspace(network->values.tape);
    const size_t critic = mg_tape_workspace(network->critic.tape), kept = mg_tape_values(network->critic.tape);
    mg_intention_scratch *scratch = mg_allocate(1, sizeof *scratch);
    mg_real *at = mg_allocate_block(policy + values + critic + 2 * kept + 4 * choices + 4 * rows, sizeof *at);
    *scratch = (mg_intention_scratch){.network = network, .memory = at, .policy_workspace = at};
    scratch->value_workspace = at += policy;
    scratch->critic_workspace = at += values;
    scratch->critic_values[0] = at += critic;
    scratch->critic_values[1] = at += kept;
    scratch->acted = at += kept;
    scratch->by_action[0] = at += choices;
    scratch->by_action[1] = at += choices;
    scratch->by_probability = at += choices;
    scratch->least = at += choices;
    scratch->log_choice = at += rows;
    scratch->cotangent[0] = at += rows;
    scratch->cotangent[1] = at + rows;
    scratch->choice = mg_allocate(rows, sizeof *scratch->choice);
    return scratch;
}

void mg_intention_scratch_destroy(mg_intention_scratch *scratch)
{
    free(scratch->memory);
    free(scratch->choice);
    free(scratch);
}

/* ---- replays ---- */

static mg_tape_replay policy_replay(const mg_intention_scratch *scratch, const mg_intention_seen *seen,
                                    const mg_real *theta)
{
    return (mg_tape_replay){.rows = seen->samples,
                            .parameters = theta,
                            .input = {seen->observation, scratch->noise},
                            .index = {seen->neighbour},
                            .workspace = scratch->policy_workspace};
}

static mg_tape_replay value_replay(const mg_intention_scratch *scratch, const mg_intention_seen *seen,
                                   const mg_real *eta)
{
    return (mg_tape_replay){.rows = seen->samples,
                            .parameters = eta,
                            .input = {seen->observation},
                            .index = {seen->neighbour},
                            .workspace = scratch->value_workspace};
}

/* Of Q number k, which sees this done. */
static mg_tape_replay critic_replay(const mg_intention_scratch *scratch, const mg_intention_seen *seen, int k,
                                    const mg_real *kappa, const mg_real *acted)
{
    return (mg_tape_replay){.rows = seen->samples,
                            .parameters = kappa,
                            .input = {seen->observation, acted},
                            .index = {seen->neighbour},
                            .workspace = scratch->critic_workspace,
                            .values = scratch->critic_values[k]};
}

static int rows_of(const mg_intention_scratch *scratch, const mg_intention_seen *seen)
{
    return seen->samples * scratch->network->shape.agents;
}

static const mg_real *node_of(const mg_intention_scratch *scratch, const mg_intention_seen *seen, const mg_real *theta,
                              mg_node node)
{
    mg_tape_replay replay = policy_replay(scratch, seen, theta);
    return mg_tape_value(scratch->network->policy.tape, &replay, node);
}

/* Choices as Q is told them: 1 for what is done. */
static void tell_neighbours(mg_intention_scratch *scratch, int rows, const int32_t *choice)
{
    const size_t actions = (size_t)scratch->network->shape.actions;
    memset(scratch->acted, 0, (size_t)rows * actions * sizeof *scratch->acted);
    for (size_t k = 0; k < (size_t)rows; k++)
        scratch->acted[k * actions + (size_t)choice[k]] = 1;
}

/* Both Q of what is done, and the smaller of them in scratch->least. Returns the second one's values. */
static const mg_real *both_critics(mg_intention_scratch *scratch, const mg_intention_seen *seen,
                                   const mg_real *const kappa[2], const mg_real *acted)
{
    const mg_intention_part *critic = &scratch->network->critic;
    const int rows = rows_of(scratch, seen);
    const mg_real *value[2];
    for (int k = 0; k < 2; k++) {
        mg_tape_replay replay = critic_replay(scratch, seen, k, kappa[k], acted);
        mg_tape_forward(critic->tape, &replay);
        value[k] = mg_tape_value(critic->tape, &replay, critic->value);
    }
    for (int r = 0; r < rows; r++)
        scratch->least[r] = value[1][r] < value[0][r] ? value[1][r] : value[0][r];
    return value[1];
}

/* ---- the joint policy ---- */

mg_real mg_intention_decide(mg_intention_scratch *scratch, const mg_intention_seen *seen, const mg_real *theta,
                            const mg_real *noise, int32_t *choice)
{
    const mg_intention_network *network = scratch->network;
    const int rows = rows_of(scratch, seen), actions = network->shape.actions;
    scratch->noise = noise;
    mg_tape_replay replay = policy_replay(scratch, seen, theta);
    mg_tape_forward(network->policy.tape, &replay);
    const mg_real *chosen = mg_tape_value(network->policy.tape, &replay, network->choice);
    const mg_real *log_probability = mg_tape_value(network->policy.tape, &replay, network->log_probability);
    const mg_real *certainty = mg_tape_value(network->policy.tape, &replay, network->certainty);
    mg_real sum = 0;
    for (int r = 0; r < rows; r++) {
        choice[r] = scratch->choice[r] = (int32_t)chosen[r];
        scratch->log_choice[r] = log_probability[(size_t)r * (size_t)actions + (size_t)choice[r]];
        sum -= certainty[r];
    }
    return sum / (mg_real)rows;
}

/* ---- V and Q ---- */

/* Mean of 1/2 (value - target)^2, and its derivative by value. */
static mg_real half_squares(int rows, const mg_real *value, const mg_real *target, mg_real *cotangent)
{
    mg_real sum = 0;
    for (int r = 0; r < rows; r++) {
        mg_real off = value[r] - target[r];
        cotangent[r] = off / (mg_real)rows;
        sum += off * off;
    }
    return sum / (mg_real)(2 * rows);
}

mg_real mg_intention_value_gradient(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha,
                                    const mg_real *eta, const mg_real *const kappa[2], mg_real *gradient)
{
    const mg_intention_part *values = &scratch->network->values;
    const int rows = rows_of(scratch, seen);
    tell_neighbours(scratch, rows, scratch->choice);
    (void)both_critics(scratch, seen, kappa, scratch->acted);
    for (int r = 0; r < rows; r++) {
        mg_real surprise = alpha * scratch->log_choice[r];
        scratch->least[r] -= surprise;
    }
    mg_tape_replay replay = value_replay(scratch, seen, eta);
    mg_tape_forward(values->tape, &replay);
    mg_real loss =
        half_squares(rows, mg_tape_value(values->tape, &replay, values->value), scratch->least, scratch->cotangent[0]);
    const mg_cotangent from = {values->value, scratch->cotangent[0]};
    mg_tape_backward(values->tape, &replay, 1, &from, gradient, NULL);
    return loss;
}

void mg_intention_targets(mg_intention_scratch *scratch, const mg_intention_batch *batch, mg_real discount,
                          const mg_real *eta_target, mg_real *target)
{
    const mg_intention_part *values = &scratch->network->values;
    const int rows = rows_of(scratch, &batch->next), agents = scratch->network->shape.agents;
    mg_tape_replay replay = value_replay(scratch, &batch->next, eta_target);
    mg_tape_forward(values->tape, &replay);
    const mg_real *next = mg_tape_value(values->tape, &replay, values->value);
    for (int r = 0; r < rows; r++) {
        mg_real later = discount * next[r];
        target[r] = batch->reward[r];
        if (batch->terminated[r / agents] == 0)
            target[r] += later;
    }
}

mg_real mg_intention_critic_gradient(mg_intention_scratch *scratch, const mg_intention_batch *batch,
                                     const mg_real *target, const mg_real *kappa, mg_real *gradient)
{
    const mg_intention_part *critic = &scratch->network->critic;
    const int rows = rows_of(scratch, &batch->now);
    tell_neighbours(scratch, rows, batch->action);
    mg_tape_replay replay = critic_replay(scratch, &batch->now, 0, kappa, scratch->acted);
    mg_tape_forward(critic->tape, &replay);
    mg_real loss =
        half_squares(rows, mg_tape_value(critic->tape, &replay, critic->value), target, scratch->cotangent[0]);
    const mg_cotangent from = {critic->value, scratch->cotangent[0]};
    mg_tape_backward(critic->tape, &replay, 1, &from, gradient, NULL);
    return loss;
}

/* ---- the policy ---- */

/* Goes back through the policy from the entropy's part and `value` at a node of choices; returns the entropy's part of
 * the loss. */
static mg_real climb(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha, const mg_real *theta,
                     mg_node node, const mg_real *value, mg_real *gradient)
{
    const mg_intention_network *network = scratch->network;
    const int rows = rows_of(scratch, seen);
    const mg_real *certainty = node_of(scratch, seen, theta, network->certainty);
    mg_real sum = 0;
    for (int r = 0; r < rows; r++) {
        scratch->cotangent[0][r] = alpha / (mg_real)rows;
        sum += certainty[r];
    }
    mg_tape_replay replay = policy_replay(scratch, seen, theta);
    const mg_cotangent from[2] = {{node, value}, {network->certainty, scratch->cotangent[0]}};
    mg_tape_backward(network->policy.tape, &replay, 2, from, gradient, NULL);
    return alpha * (sum / (mg_real)rows);
}

/* Each agent's smaller Q goes back to what everybody does. */
static mg_real climb_relaxed(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha,
                             const mg_real *theta, const mg_real *const kappa[2], mg_real *gradient)
{
    const mg_intention_network *network = scratch->network;
    const int rows = rows_of(scratch, seen);
    const mg_real *relaxed = node_of(scratch, seen, theta, network->relaxed);
    const mg_real *second = both_critics(scratch, seen, kappa, relaxed);
    mg_real sum = 0, share = (mg_real)-1 / (mg_real)rows;
    for (int r = 0; r < rows; r++) {
        bool of_second = second[r] == scratch->least[r];
        scratch->cotangent[0][r] = of_second ? 0 : share;
        scratch->cotangent[1][r] = of_second ? share : 0;
        sum += scratch->least[r];
    }
    for (int k = 0; k < 2; k++) {
        mg_tape_replay replay = critic_replay(scratch, seen, k, kappa[k], relaxed);
        const mg_cotangent from = {network->critic.value, scratch->cotangent[k]};
        mg_real *const to[2] = {NULL, scratch->by_action[k]};
        mg_tape_backward(network->critic.tape, &replay, 1, &from, NULL, to);
    }
    for (size_t n = 0; n < (size_t)rows * (size_t)network->shape.actions; n++)
        scratch->by_action[0][n] += scratch->by_action[1][n];
    mg_real entropy_part = climb(scratch, seen, alpha, theta, network->relaxed, scratch->by_action[0], gradient);
    return entropy_part - sum / (mg_real)rows;
}

/* Minus the sum of all agents' smaller Q in one sample, over rows. */
static mg_real minus_sum(const mg_intention_scratch *scratch, int sample, int rows)
{
    const int agents = scratch->network->shape.agents;
    mg_real sum = 0;
    for (int j = 0; j < agents; j++)
        sum += scratch->least[sample * agents + j];
    return -sum / (mg_real)rows;
}

/* The derivative by q_i(a): of every choice a of every agent i in turn, the others' choices being what they are. */
static void try_choices(mg_intention_scratch *scratch, const mg_intention_seen *seen, const mg_real *const kappa[2])
{
    const int agents = scratch->network->shape.agents, actions = scratch->network->shape.actions;
    const int rows = rows_of(scratch, seen);
    tell_neighbours(scratch, rows, scratch->choice);
    for (int i = 0; i < agents; i++)
        for (int a = 0; a <= actions; a++) {
            for (int r = i; r < rows; r += agents) {
                mg_real *own = scratch->acted + (size_t)r * (size_t)actions;
                memset(own, 0, (size_t)actions * sizeof *own);
                own[a < actions ? a : scratch->choice[r]] = 1; /* at last what it was */
            }
            if (a == actions)
                continue;
            (void)both_critics(scratch, seen, kappa, scratch->acted);
            for (int s = 0; s < seen->samples; s++)
                scratch->by_probability[(size_t)(s * agents + i) * (size_t)actions + (size_t)a] =
                    minus_sum(scratch, s, rows);
        }
}

static mg_real climb_expected(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha,
                              const mg_real *theta, const mg_real *const kappa[2], mg_real *gradient)
{
    const mg_intention_network *network = scratch->network;
    const size_t numbers = (size_t)rows_of(scratch, seen) * (size_t)network->shape.actions;
    const mg_real *probability = node_of(scratch, seen, theta, network->probability);
    mg_real sum = 0;
    try_choices(scratch, seen, kappa);
    for (size_t n = 0; n < numbers; n++)
        sum += probability[n] * scratch->by_probability[n];
    mg_real entropy_part = climb(scratch, seen, alpha, theta, network->probability, scratch->by_probability, gradient);
    return entropy_part + sum;
}

mg_real mg_intention_policy_gradient(mg_intention_scratch *scratch, const mg_intention_seen *seen, mg_real alpha,
                                     bool expected, const mg_real *theta, const mg_real *const kappa[2],
                                     mg_real *gradient)
{
    return (expected ? climb_expected : climb_relaxed)(scratch, seen, alpha, theta, kappa, gradient);
}
