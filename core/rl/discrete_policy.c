/* discrete_policy.c - the three programs: probabilities, log-likelihood, its slope in a direction. */
#include "core/rl/discrete_policy.h"

static void record_act(mg_discrete_policy *policy)
{
    policy->act = mg_tape_create(policy->rows_max);
    mg_node observation = mg_tape_input(policy->act, policy->observation);
    policy->probabilities = mg_tape_softmax(policy->act, mg_network_record(policy->act, &policy->network, observation));
    mg_tape_finish(policy->act);
}

static void record_learn_mixture(mg_discrete_policy *policy, double guard)
{
    mg_tape *tape = policy->learn = mg_tape_create(policy->rows_max);
    mg_node observation = mg_tape_input(tape, policy->observation);
    mg_node keep = mg_tape_input(tape, 1), floor = mg_tape_input(tape, 1);
    int action = mg_tape_index(tape);
    mg_node pi = mg_tape_softmax(tape, mg_network_record(tape, &policy->network, observation));
    mg_node mixed = mg_tape_add(tape, mg_tape_multiply(tape, pi, keep), floor);
    policy->log_taken = mg_tape_log(tape, mg_tape_affine(tape, mg_tape_gather(tape, mixed, action), 1.0, guard));
    mg_node terms = mg_tape_multiply(tape, mixed, mg_tape_log(tape, mixed));
    policy->entropy = mg_tape_affine(tape, mg_tape_row_sum(tape, terms), -1.0, 0.0);
    mg_tape_finish(tape);
}

/* pi has no floor: its entropy goes through log_softmax, which is finite where pi is 0. */
static void record_learn_pure(mg_discrete_policy *policy, double guard)
{
    mg_tape *tape = policy->learn = mg_tape_create(policy->rows_max);
    mg_node observation = mg_tape_input(tape, policy->observation);
    int action = mg_tape_index(tape);
    mg_node logits = mg_network_record(tape, &policy->network, observation);
    mg_node pi = mg_tape_softmax(tape, logits), log_pi = mg_tape_log_softmax(tape, logits);
    policy->log_taken = guard > 0.0
                            ? mg_tape_log(tape, mg_tape_affine(tape, mg_tape_gather(tape, pi, action), 1.0, guard))
                            : mg_tape_gather(tape, log_pi, action);
    mg_node terms = mg_tape_multiply(tape, pi, log_pi);
    policy->entropy = mg_tape_affine(tape, mg_tape_row_sum(tape, terms), -1.0, 0.0);
    mg_tape_finish(tape);
}

static void record_judge(mg_discrete_policy *policy)
{
    mg_tape *tape = policy->judge = mg_tape_create(policy->rows_max);
    mg_node observation = mg_tape_input(tape, policy->observation);
    int action = mg_tape_index(tape);
    mg_node log_pi = mg_tape_log_softmax(tape, mg_network_record(tape, &policy->network, observation));
    policy->log_pure = mg_tape_gather(tape, log_pi, action);
    mg_tape_finish(tape);
}

void mg_discrete_policy_create(mg_discrete_policy *policy, int observation, int hidden_1, int hidden_2, int actions,
                               int rows_max, mg_log_form form)
{
    mg_network network;
    mg_network_hidden_two(&network, observation, hidden_1, hidden_2, actions, MG_INITIALISE_GLOROT_UNIFORM,
                          MG_INITIALISE_ZERO);
    mg_discrete_policy_create_of(policy, &network, rows_max, form);
}

void mg_discrete_policy_create_of(mg_discrete_policy *policy, const mg_network *network, int rows_max, mg_log_form form)
{
    policy->network = *network;
    policy->observation = network->inputs;
    policy->actions = network->outputs;
    policy->rows_max = rows_max;
    record_act(policy);
    if (form.of_mixture)
        record_learn_mixture(policy, form.guard);
    else
        record_learn_pure(policy, form.guard);
    record_judge(policy);
}

void mg_discrete_policy_destroy(mg_discrete_policy *policy)
{
    mg_tape_destroy(policy->act);
    mg_tape_destroy(policy->learn);
    mg_tape_destroy(policy->judge);
}
