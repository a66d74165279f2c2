/* Every method must first learn something known: at least 90 % of the way from random play to the optimum, 3 of 3
 * seeds, within seconds. The harness prints `not reproduced` only of a learner that has its entry here
 * (suite/harness/catalogue.h); what no learner can do shows that the bound can be missed. */
#include "algos/anticipation.h"
#include "algos/lio.h"
#include "algos/ltos.h"
#include "baselines/consensus.h"
#include "core/num/isa.h"
#include "core/rl/rollout.h"
#include "suite/harness/catalogue.h"
#include "tests/tap.h"

#include <string.h>

/* The task's metric after so many units of training. */
static double score(const mg_learner_table *learner, const void *config, const mg_known_task *known, uint32_t seed,
                    int units)
{
    mg_error error = {0};
    mg_rollout_config setup = {.environment = known->environment,
                               .environment_config = known->config,
                               .learner = learner,
                               .learner_config = config,
                               .key = {9998, seed},
                               .evaluation_rows = 100};
    mg_rollout *rollout = mg_rollout_create(&setup, &error);
    if (!tap_ok(rollout != NULL, "%s starts%s%s", learner->name, rollout ? "" : ": ", error.text))
        return 0.0;
    while (mg_rollout_count(rollout).units < (uint64_t)units)
        mg_rollout_train_step(rollout);
    double metric[80];
    mg_rollout_evaluate(rollout, 100, metric);
    mg_rollout_destroy(rollout);
    return metric[known->metric];
}

static double bound(const mg_known_task *known)
{
    return known->random + 0.9 * (known->best - known->random);
}

static void test_learner(const mg_catalogue_learner *entry)
{
    for (uint32_t seed = 0; seed < 3; seed++) {
        double reached = score(entry->table, entry->config, entry->known, seed, entry->units);
        tap_ok(reached >= bound(entry->known), "%s, seed %u: %s: %.3f of %g", entry->name, seed, entry->known->says,
               reached, entry->known->best);
    }
}

static void cannot(const mg_learner_table *learner, const void *config, const mg_known_task *known, int units,
                   const char *says)
{
    double reached = score(learner, config, known, 0, units);
    tap_ok(reached < bound(known), "mutation: %s: %.3f", says, reached);
}

/* Learners that cannot do it stay near random play or below. */
static void test_mutations(const mg_catalogue *all)
{
    const mg_catalogue_learner *shares = mg_catalogue_find(all, "anticipation"), *pays = mg_catalogue_find(all, "lio");
    const mg_catalogue_learner *alone = mg_catalogue_find(all, "independent-proximal");
    const mg_catalogue_learner *values = mg_catalogue_find(all, "value-parameter-sharing");
    const mg_catalogue_learner *gradient = mg_catalogue_find(all, "policy-gradient");
    mg_anticipation_config deaf = *(const mg_anticipation_config *)shares->config;
    mg_lio_config mean = *(const mg_lio_config *)pays->config;
    deaf.penalty = 0.0; /* what others would like is not listened to */
    mean.incentive_rate = mean.reward_max = 0.0;
    cannot(alone->table, alone->config, shares->known, 2000, "independent learners do not cooperate where it costs");
    cannot(values->table, values->config, shares->known, 2000, "nor do those that share parameters of values");
    cannot(shares->table, &deaf, shares->known, 2000, "anticipation without penalties does not either");
    cannot(gradient->table, gradient->config, pays->known, 12000, "without incentives nobody cooperates");
    cannot(pays->table, &mean, pays->known, 12000, "incentives switched off");
    const mg_catalogue_learner *evenly = mg_catalogue_find(all, "ltos with fixed weights");
    mg_ltos_config selfish = *(const mg_ltos_config *)evenly->config;
    selfish.selfishness = 0.9;
    cannot(evenly->table, &selfish, evenly->known, 2000, "who keeps nine tenths does not walk out");
    const mg_catalogue_learner *agrees = mg_catalogue_find(all, "consensus");
    mg_recurrent_config alone_paid = *(const mg_recurrent_config *)agrees->config;
    alone_paid.spatial = 0.0;
    cannot(agrees->table, &alone_paid, agrees->known, 1500,
           "agents with a memory that are paid their own rewards alone");
    const mg_catalogue_learner *fixed = mg_catalogue_find(all, "fixed-cycle");
    cannot(fixed->table, fixed->config, gradient->known, 10, "what learns nothing");
}

int main(void)
{
    char message[200];
    bool chosen = mg_isa_choose("auto", message, sizeof message);
    mg_catalogue *all = mg_catalogue_open();
    if (!tap_ok(chosen, "kernels: %s", chosen ? mg_isa_name() : message))
        return tap_done();
    for (int i = 0; i < all->learners; i++)
        if (all->learner[i].known)
            test_learner(&all->learner[i]);
    for (int i = 0; i < all->learners; i++)
        tap_ok(mg_catalogue_learns(all->learner[i].table), "%s learns something known, or nothing at all",
               all->learner[i].name);
    mg_learner_table unknown = *all->learner[0].table;
    tap_ok(!mg_catalogue_learns(&unknown), "of a learner that is in no entry nothing is known");
    test_mutations(all);
    mg_catalogue_close(all);
    return tap_done();
}
