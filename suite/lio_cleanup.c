/* lio-cleanup - Learning to Incentivize Others in Cleanup (thesis ch. 5, appendix B; facts/lio-cleanup.md).
 *
 * Two agents on maps of 7 x 7 and 10 x 10 cells (Figures 5.6, B.5): what they eat together, who cleans and who eats,
 * who pays whom for what, and what LIO agents pay to scripted ones while they learn. Beside it what random and scripted
 * play earns.
 */
#include "algos/lio_actor_critic.h"
#include "baselines/actor_critic.h"
#include "baselines/central.h"
#include "suite/harness/experiment.h"
#include "suite/harness/trail.h"
#include "suite/shared/cleanup_probe.h"
#include "suite/shared/cleanup_rows.h"

#include <string.h>

static bool is_large(const char *variant)
{
    return !strncmp(variant, "10x10", strlen("10x10"));
}

/* ---- what is trained: hyper-parameters of thesis Table B.5 and Section B.4.2 ---- */

/* clang-format off */
static const mg_grid_method trained[] = {
    {"lio", "LIO agents with actor-critic, as released", &mg_lio_actor_critic, .paper_seeds = 5},
    {"ac", "independent actor-critic agents, nobody pays", &mg_actor_critic, .paper_seeds = 5},
    {"ac-d", "actor-critic agents whose choices include gifts of 2", &mg_actor_critic, .paper_seeds = 5},
    {"ac-c", "actor-critic agents that draw gifts between 0 and 2", &mg_actor_critic, .paper_seeds = 5},
    {"ia", "actor-critic agents averse to inequity", &mg_actor_critic, .paper_seeds = 5},
    {"cen", "one actor-critic that chooses for both agents", &mg_central, .paper_seeds = 5},
};

static const mg_grid_variant variants[] = { /* episodes of training */
    {"7x7", {40, 50000}, .summary = NULL},
    {"10x10", {40, 50000}, .summary = NULL},
};

static const mg_grid_line lines[] = {
    {"lio ac ac-d ac-c ia cen", "7x7", {1, 5}},
    {"lio ac ia cen", "10x10", {1, 5}},
    {"ac-d ac-c", "10x10", {1, 0}},
};
/* clang-format on */

/* Of so many episodes; units of LIO are two. */
static mg_budget budget(int episodes, int unit, bool quick)
{
    return (mg_budget){.units = episodes / unit,
                       .evaluate_every = (quick ? episodes / 2 : 1000) / unit,
                       .evaluation_episodes = 10,
                       .final_evaluations = quick ? 1 : 5,
                       .final_episodes = quick ? 20 : 100,
                       .checkpoints = quick ? 2 : 10,
                       .first_checkpoint = quick ? 0 : 100 / unit};
}

static mg_actor_critic_config agents_of(const char *method, bool large, bool paper)
{
    const mg_actor_critic_config config = !strcmp(method, "ac-d")   ? mg_actor_critic_cleanup_discrete_paper(large)
                                          : !strcmp(method, "ac-c") ? mg_actor_critic_cleanup_continuous_paper(large)
                                          : !strcmp(method, "ia")   ? mg_actor_critic_cleanup_inequity_paper(large)
                                                                    : mg_actor_critic_cleanup_paper(large);
    return paper ? config : mg_actor_critic_released(config);
}

static void set_up(const mg_grid_row *row, mg_profile profile, bool paper, mg_setup *setup)
{
    const bool quick = profile == MG_PROFILE_QUICK && !paper, large = is_large(row->variant->name);
    const mg_learner_table *learner = row->method->learner;
    mg_cleanup_config river = mg_cleanup_default(large);
    const mg_lio_actor_critic_config lio = paper ? mg_lio_cleanup_paper(large) : mg_lio_cleanup_released(large);
    const mg_actor_critic_config agents = agents_of(row->method->name, large, paper);
    mg_central_config central = mg_central_cleanup_released();
    if (!strcmp(row->method->name, "ia"))
        river.smoothing = 0.99 * 0.95; /* gamma lambda */
    if (paper) {
        central.agent.log_of_mixture = false;
        central.agent.log_guard = 0.0;
    }
    mg_setup_environment(setup, &mg_cleanup, &river, sizeof river);
    if (learner == &mg_lio_actor_critic)
        mg_setup_learner(setup, learner, &lio, sizeof lio);
    else if (learner == &mg_central)
        mg_setup_learner(setup, learner, &central, sizeof central);
    else
        mg_setup_learner(setup, learner, &agents, sizeof agents);
    setup->budget = budget(row->variant->units[quick ? MG_PROFILE_QUICK : MG_PROFILE_PAPER],
                           learner == &mg_lio_actor_critic ? 2 : 1, quick);
}

static const mg_grid grid = {
    .methods = sizeof trained / sizeof *trained,
    .method = trained,
    .variants = sizeof variants / sizeof *variants,
    .variant = variants,
    .lines = sizeof lines / sizeof *lines,
    .line = lines,
    .set_up = set_up,
};

static bool run_play(mg_direct *direct, mg_error *error)
{
    (void)error;
    return cleanup_play_row(direct, is_large(mg_direct_name(direct)->variant));
}

/* ---- the meta-gradient identity on an iteration (facts/lio.md 4.2, facts/lio-cleanup.md 2.1) ---- */

static bool run_meta_gradient(mg_direct *direct, mg_error *error)
{
    (void)error;
    const bool large = is_large(mg_direct_name(direct)->variant);
    const mg_cleanup_config river = mg_cleanup_default(large);
    const mg_lio_actor_critic_config c = mg_lio_cleanup_released(large);
    const mg_lio_shape settings = {.policy_hidden_1 = c.lio.policy_hidden_1,
                                   .policy_hidden_2 = c.lio.policy_hidden_2,
                                   .incentive_hidden_1 = c.lio.incentive_hidden_1,
                                   .incentive_hidden_2 = c.lio.incentive_hidden_2,
                                   .discount = c.lio.discount,
                                   .entropy = c.lio.entropy,
                                   .policy_rate = 100.0 * c.lio.policy_rate, /* steps that differences can measure */
                                   .reward_max = c.lio.reward_max,
                                   .log_form = {c.lio.log_of_mixture, c.lio.log_guard},
                                   .picture = {.filters = c.filters, .window = c.window}};
    const int components = mg_direct_profile(direct) == MG_PROFILE_PAPER ? 400 : 40;
    mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, 0, 0, 0);
    double largest = cleanup_gradient_error(&river, &settings, components, &stream, 1.0);
    mg_tensor worst = {MG_KIND_STATE, "largest error", MG_TYPE_DOUBLE, 1, 1, &largest};
    mg_direct_metric(direct, "components", (double)components);
    mg_direct_metric(direct, "relative_error", largest);
    mg_direct_count(direct, 1.0, 2.0, 2.0 * river.steps);
    mg_direct_checkpoint(direct, &worst, 1);
    return true;
}

/* ---- LIO agents beside scripted ones, ten times in their training ---- */

typedef struct probing {
    mg_direct *direct;
    mg_cleanup_config river;
    mg_lio_actor_critic_config lio;
    mg_rollout *rollout;
    bool quick;
    int every, times; /* episodes between two probes, and how many follow the first */
    cleanup_probe *probe;
} probing;

static void write_probe(const probing *p, int n)
{
    static const char *const script[CLEANUP_PROBED] = {"R", "C", "M"};
    mg_csv_writer *table = mg_direct_table(p->direct, "probe");
    for (int giver = 0; giver < MG_CLEANUP_AGENTS; giver++)
        for (int k = 0; k < CLEANUP_PROBED; k++) {
            mg_direct_row(p->direct, "probe");
            mg_csv_integer(table, (int64_t)n * p->every);
            mg_csv_integer(table, giver);
            mg_csv_text(table, script[k]);
            mg_csv_double(table, p->probe[n].paid[giver][k].mean);
            mg_csv_double(table, p->probe[n].paid[giver][k].error);
            mg_csv_end_row(table);
        }
}

/* Trains as lio does with this seed, and probes. */
static void train(probing *p)
{
    for (int n = 0; n <= p->times; n++) {
        const uint64_t episodes = (uint64_t)n * (uint64_t)p->every;
        while (mg_rollout_count(p->rollout).episodes < episodes)
            mg_rollout_train_step(p->rollout);
        p->probe[n].episodes = p->quick ? 4 : CLEANUP_PROBE_EPISODES;
        cleanup_probe_run(&p->probe[n], &p->river, p->rollout, n, mg_direct_key(p->direct));
        write_probe(p, n);
    }
}

/* The harvester is who eats more at the end. Its probes count from the second to that after 35 000 episodes, the last
 * of which the thesis says that it told them apart: at the first one it has learned nothing, and a network that has
 * learned nothing does not pay for two pictures alike either. */
enum { RETURN_0 = 4, RETURN_1 = 12, LATEST = 35000 }; /* metrics of the environment */
static void conclude(probing *p)
{
    double metric[40];
    mg_rollout_evaluate(p->rollout, p->quick ? 20 : 100, metric);
    const int harvester = metric[RETURN_0] >= metric[RETURN_1] ? 0 : 1;
    const int last = p->times < LATEST / p->every ? p->times : LATEST / p->every;
    const cleanup_leads found = cleanup_probe_leads(p->probe, 1, last, harvester);
    const cleanup_mean *paid = p->probe[found.at].paid[harvester];
    static const char *const name[] = {"leads",   "lags",      "lead_untrained", "lead",
                                       "lead_at", "paid_to_r", "paid_to_c",      "paid_to_m"};
    enum { NUMBERS = sizeof name / sizeof *name };
    double number[NUMBERS] = {(double)found.leads,
                              (double)found.lags,
                              cleanup_probe_lead(&p->probe[0], harvester),
                              found.largest,
                              (double)(found.at * p->every),
                              paid[0].mean,
                              paid[1].mean,
                              paid[2].mean};
    mg_tensor tensor = {MG_KIND_STATE, "lead of the cleaner", MG_TYPE_DOUBLE, 1, NUMBERS, number};
    mg_direct_metric(p->direct, "return_sum", metric[0]);
    for (int n = 0; n < NUMBERS; n++)
        mg_direct_metric(p->direct, name[n], number[n]);
    const mg_rollout_counts count = mg_rollout_count(p->rollout);
    mg_direct_count(p->direct, (double)count.units, (double)count.episodes, (double)count.steps);
    mg_direct_checkpoint(p->direct, &tensor, 1);
}

static bool run_probe(mg_direct *direct, mg_error *error)
{
    enum { TIMES = 10 };
    const bool large = is_large(mg_direct_name(direct)->variant);
    cleanup_probe probe[TIMES + 1];
    probing p = {.direct = direct,
                 .river = mg_cleanup_default(large),
                 .lio = mg_lio_cleanup_released(large),
                 .quick = mg_direct_profile(direct) == MG_PROFILE_QUICK,
                 .probe = probe};
    const mg_rollout_config config = {&mg_cleanup, &p.river, &mg_lio_actor_critic, &p.lio, mg_direct_key(direct), 10};
    p.every = p.quick ? 10 : 5000;
    p.times = p.quick ? 2 : TIMES;
    p.rollout = mg_rollout_create(&config, error);
    if (!p.rollout)
        return false;
    train(&p);
    conclude(&p);
    mg_rollout_destroy(p.rollout);
    return true;
}

/* clang-format off */
#define PLAY(map) \
    {.name = "play", .variant = map, .summary = "random play and a scripted division of labour on the map of " map, \
     .direct = run_play, .gives = "random_return,random_washed,divided_return,divided_washed", .seeds = {1, 1}}
#define PROBE(map, many) \
    {.name = "probe", .variant = map, .summary = "LIO agents on the map of " map ", beside scripted ones while they learn", \
     .direct = run_probe, .seeds = {1, many}, .paper_seeds = 5, \
     .gives = "return_sum,leads,lags,lead_untrained,lead,lead_at,paid_to_r,paid_to_c,paid_to_m"}

static const mg_method methods[] = {
    PLAY("7x7"), PLAY("10x10"),
    {.name = "meta-gradient", .variant = "7x7", .summary = "closed form against central differences on an iteration",
     .direct = run_meta_gradient, .gives = "components,relative_error", .seeds = {1, 1}},
    PROBE("7x7", 5), PROBE("10x10", 2),
};
/* clang-format on */

static const mg_table tables[] = {{"film", "step,picture"}, {"probe", "episodes,giver,script,mean,error"}};

static const char policy_step[] =
    "a sum over the steps of an episode, with both values of the critic itself, as released; Equation B.9 writes an "
    "expectation, and V of the target";
static const char exploration[] = "epsilon falls by iterations, of two episodes each, as released; B.4.2 says episodes";
static const char objective[] =
    "advantages of one step by the giver's own critic, which learns with what the giver receives, too, as released; "
    "Equation 5.10 writes the extrinsic return (facts/lio-cleanup.md 2.1)";
static const char targets[] = "target networks follow twice an iteration, as released; the thesis does not say";
static const char mixture[] =
    "as the released program: the policy step differentiates the log of the epsilon-mixture; Equations 5.4 and B.9 "
    "write log pi";
static const char guard[] =
    "as the released program; without it log pi of an action that exploration goes on playing falls without bound "
    "where advantages are negative";
static const char length[] =
    "50 000 episodes are 25 000 iterations of two, as the released program counts them (facts/lio-cleanup.md 2.1)";
static const char incentive_output[] =
    "a sigmoid times R_max, as released and as Section 5.3.2 says; B.4.2 says a linear layer";
static const char seen_step[] =
    "the real one; the released program computes it again with the critic after its step (facts/lio-cleanup.md 2.1)";
static const char cost[] =
    "of what is given before it is multiplied by R_max, as released; Equation 5.6 charges the giver what it gives "
    "(facts/lio.md 4.1)";

static const mg_deviation deviations[] = {
    {"*", "*", "*.log_of_mixture", mixture},
    {"*", "*", "*.log_guard", guard},
    {"lio/10x10", "paper", "who is run",
     "not AC-d and AC-c, on whose results the thesis's text says nothing; they would take an hour"},
    {"probe/10x10", "paper", "seeds", "two of the thesis's five"},
    {"lio", "*", "the policy step", policy_step},
    {"ac*", "*", "the policy step", policy_step},
    {"ia", "*", "the policy step", policy_step},
    {"cen", "*", "the policy step", policy_step},
    {"probe", "*", "the policy step", policy_step},
    {"lio", "*", "length of training", length},
    {"lio", "*", "the incentive function's output", incentive_output},
    {"lio", "*", "the recipient's step that givers see", seen_step},
    {"lio", "*", "the cost of giving", cost},
    {"lio", "*", "length of exploration", exploration},
    {"lio", "*", "what givers are after", objective},
    {"lio", "*", "how targets follow", targets},
    {"probe", "*", "the log of a policy", mixture},
    {"probe", "*", "the guard of that log", guard},
    {"probe", "*", "length of training", length},
    {"probe", "*", "the incentive function's output", incentive_output},
    {"probe", "*", "the recipient's step that givers see", seen_step},
    {"probe", "*", "the cost of giving", cost},
    {"probe", "*", "length of exploration", exploration},
    {"probe", "*", "what givers are after", objective},
    {"probe", "*", "how targets follow", targets},
    {"ac-d/*", "*", "when a gift is made",
     "when it is chosen, at the price of what it gives; the released program gives whenever the agent cleans, at 1e-4 "
     "of it (facts/lio-cleanup.md 2.2)"},
    {"ac-c/*", "*", "what is drawn",
     "a number for the other agent, at the price of what it gives; the released program draws one for the giver too, "
     "at 1e-4 of the price (facts/lio-cleanup.md 2.2)"},
    {"cen/*", "*", "settings of one learner for all",
     "the thesis states no more than the entropy and the critic's rate of all: the others are those of the released "
     "program (facts/lio-cleanup.md 2.3)"},
    {"probe/*", "*", "times of the probes",
     "every 5000 episodes from 0 on; the figure's 10k, 30k, 35k and 40k are among them"},
};

/* When evaluations first come near what divided labour earns. */
static const mg_milestone milestones[] = {{"episodes_to_35", "return_sum", 35.0, .times = 1, .episodes = true},
                                          {"episodes_to_12", "return_sum", 12.0, .times = 1, .episodes = true}};

/* clang-format off */
static const char *const metrics[] = {
    "return_sum", "washed", "paid",
    "return_0", "washed_0", "fired_0", "received_0", "in_river_0", "for_firing_0", "for_washing_0",
    "return_1", "washed_1", "fired_1", "received_1", "in_river_1", "for_firing_1", "for_washing_1",
    "episodes_to_35", "episodes_to_12", "random_return", "random_washed", "divided_return", "divided_washed",
    "components", "relative_error", "leads", "lags", "lead_untrained", "lead", "lead_at", "paid_to_r", "paid_to_c",
    "paid_to_m", NULL};

static const char *const ends_only[] = { /* no figure draws their way, but for what LIO agents wash and receive */
    "washed", "paid",
    "return_0", "fired_0", "received_0",
    "return_1", "fired_1", "received_1",
    "washed_0 but lio/7x7", "in_river_0 but lio/7x7", "for_firing_0 but lio/7x7", "for_washing_0 but lio/7x7",
    "washed_1 but lio/7x7", "in_river_1 but lio/7x7", "for_firing_1 but lio/7x7", "for_washing_1 but lio/7x7",
    "washed_0 but lio/10x10", "in_river_0 but lio/10x10", "for_firing_0 but lio/10x10", "for_washing_0 but lio/10x10",
    "washed_1 but lio/10x10", "in_river_1 but lio/10x10", "for_firing_1 but lio/10x10", "for_washing_1 but lio/10x10",
    NULL};
/* clang-format on */

static const mg_experiment lio_cleanup = {
    .name = "lio-cleanup",
    .number = 14,
    .semantics = 1,
    .whole_methods = "play",
    .whole_seeds = "0",
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .grid = &grid,
    .shared = {&mg_quick_deviations},
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .tables = sizeof tables / sizeof *tables,
    .table = tables,
    .milestones = sizeof milestones / sizeof *milestones,
    .milestone = milestones,
    .film = {"film", "7x7", cleanup_film_frame},
    .metrics = metrics,
    .ends_only = ends_only,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&lio_cleanup, argc, argv);
}
