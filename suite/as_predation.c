/* as-predation - Anticipation Sharing in cooperative predation (paper Sections 4 and 5, Figures 1, 3, 4, 5;
 * specs/as.md).
 *
 * Methods: as (Anticipation Sharing), vs, vps, ps (what the paper compares it with), ind (nobody shares anything)
 * and team (everybody uses the mean advantage). Variants: nN, N agents with the paper's range 0.1 and penalty 0.1
 * (Figure 1); -range003, -range03: neighbours within 0.03, 0.3 (Figure 3); -rho003, -rho03: penalty 0.03, 0.3
 * (Figure 4); n20-sparse, n20-skip: one partner drawn at each step, no talk after half of the episodes (Figure 5).
 * And, computed: the payoffs of the game, and Theorems 1 to 3 on random games.
 */
#include "algos/anticipation_theory.h"
#include "envs/predation.h"
#include "suite/as_methods.h"

typedef struct setting {
    as_method method;
    int agents;
    double range, penalty; /* 0: the paper's 0.1 */
    bool sparse, skip;
} setting;

/* The paper does not say how long it trains. */
static int episodes_of(int agents)
{
    return agents <= 6 ? 3000 : agents <= 8 ? 2000 : agents <= 12 ? 1500 : 1000;
}

static void set_up(const void *chosen, mg_profile profile, bool paper, mg_setup *setup)
{
    const setting *s = chosen;
    bool full = paper || profile == MG_PROFILE_PAPER;
    mg_predation_config game = mg_predation_default(full ? s->agents : 6);
    mg_anticipation_config config = mg_anticipation_continuous_paper(); /* Tables 1 and 2 */
    game.range = s->range > 0.0 ? s->range : 0.1;
    config.penalty = s->penalty > 0.0 ? s->penalty : 0.1;
    config.proximal.sparse = s->sparse;
    config.proximal.skip = s->skip ? 0.5 : 0.0;
    setup->environment = &mg_predation;
    if (!full)
        game.range = 1.0; /* everybody is everybody's neighbour, so that two episodes train every network */
    memcpy(setup->environment_config, &game, sizeof game);
    as_place_learner(s->method, &config, setup);
    setup->budget = full ? as_budget(episodes_of(s->agents)) : as_quick_budget(s->skip ? 3 : 2);
}

/* ---- the payoffs of one step, enumerated (specs/as.md 1.1) ---- */

typedef struct payoffs {
    int situations, wrong;
    double least_gain; /* of defecting, over everything that the others may do */
} payoffs;

static int cooperators_of(unsigned mask)
{
    int count = 0;
    for (; mask; mask >>= 1)
        count += (int)(mask & 1u);
    return count;
}

/* Rewards of one step from a row in which agent i cooperates iff bit i of mask is set. */
static void play_mask(const mg_predation_config *game, const void *start, size_t bytes, const float *observation,
                      unsigned mask, float *reward)
{
    _Alignas(16) unsigned char row[1024];
    float paid[MG_PREDATION_AGENTS_MAX], received[MG_PREDATION_AGENTS_MAX];
    int32_t action[MG_PREDATION_AGENTS_MAX];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    memcpy(row, start, bytes);
    for (int i = 0; i < game->agents; i++)
        action[i] = (observation[i] < 0.0f) == (mask >> i & 1u);
    mg_predation.step(game, NULL, row, action, NULL, NULL, NULL, &outcome);
}

static void enumerate(const mg_predation_config *game, mg_stream *stream, payoffs *found)
{
    enum { MOST = 12 };
    static const double none = -3.0, all = -1.0, volunteer = -4.0;
    _Alignas(16) unsigned char row[1024];
    float observation[MG_PREDATION_AGENTS_MAX * MG_PREDATION_AGENTS_MAX], with[MOST], without[MOST];
    mg_env_spec spec;
    mg_predation.describe(game, &spec);
    mg_predation.reset(game, NULL, row, stream);
    mg_predation.observe(game, NULL, row, 0, observation);
    int n = game->agents;
    for (unsigned mask = 0; mask < 1u << n; mask++) {
        int k = cooperators_of(mask);
        double total = 0.0, expected = k == n ? n * all : k == 0 ? n * none : k * volunteer;
        play_mask(game, row, spec.row_bytes, observation, mask, with);
        for (int i = 0; i < n; i++) {
            total += (double)with[i];
            if (!(mask >> i & 1u))
                continue;
            play_mask(game, row, spec.row_bytes, observation, mask & ~(1u << i), without);
            double gain = (double)without[i] - (double)with[i];
            found->least_gain = gain < found->least_gain ? gain : found->least_gain;
            found->situations++;
        }
        found->wrong += total != expected || (k != 1 && total >= volunteer);
    }
}

/* Every joint choice of 6, 8 and 12 agents: the totals, that one volunteer is best, and what defecting gains. */
static bool run_payoffs(mg_direct *direct, mg_error *error)
{
    (void)error;
    static const int sizes[] = {6, 8, 12};
    payoffs found = {.least_gain = 1e9};
    for (uint32_t n = 0; n < 3; n++) {
        mg_predation_config game = mg_predation_default(sizes[n]);
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, n, 0, 0);
        enumerate(&game, &stream, &found);
    }
    double state[] = {(double)found.situations, (double)found.wrong, found.least_gain};
    mg_tensor tensor = {MG_KIND_STATE, "situations, wrong, least gain", MG_TYPE_DOUBLE, 1, 3, state};
    mg_direct_metric(direct, "situations", state[0]);
    mg_direct_metric(direct, "wrong_payoffs", state[1]);
    mg_direct_metric(direct, "defection_gain", state[2]);
    mg_direct_count(direct, state[0], 0.0, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

/* ---- Theorems 1 to 3 and the sum of KL divergences on random games (specs/as.md 5) ---- */

static bool run_theory(mg_direct *direct, mg_error *error)
{
    (void)error;
    enum { GAMES = 10000 };
    static const char *const violations[] = {"violations_1", "violations_2", "violations_3", "violations_kl"};
    static const char *const tightest[] = {"tightest_1", "tightest_2", "tightest_3", "tightest_kl"};
    mg_anticipation_theory theory = {0};
    for (uint32_t game = 0; game < GAMES; game++) {
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, game, 0, 0);
        mg_anticipation_theory_add(&theory, &stream, 1.0);
    }
    for (int k = 0; k < MG_THEORY_INEQUALITIES; k++) {
        mg_direct_metric(direct, violations[k], (double)theory.violations[k]);
        mg_direct_metric(direct, tightest[k], theory.tightest[k]);
    }
    mg_direct_metric(direct, "games", (double)theory.games);
    mg_direct_metric(direct, "identity_error", theory.identity_error);
    mg_tensor tensor = {MG_KIND_STATE, "tightest", MG_TYPE_DOUBLE, 1, MG_THEORY_INEQUALITIES, theory.tightest};
    mg_direct_count(direct, (double)GAMES, 0.0, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

/* ---- the table of runs ---- */

/* Seeds: one in a quick run, five in the paper's; of ind and team, which are ours, the paper says nothing. */
static const mg_method methods[] = {
    {.name = "payoffs",
     .variant = "",
     .summary = "every joint choice of a step, enumerated",
     .direct = run_payoffs,
     .seeds = {1, 1}},
    {.name = "theory",
     .variant = "",
     .summary = "Theorems 1 to 3 on 10 000 random games",
     .direct = run_theory,
     .seeds = {1, 1}},
    {.name = "as",
     .variant = "n6",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 6},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n8",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 8},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n12",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 12},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n6-rho003",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 6, .penalty = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n6-rho03",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 6, .penalty = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n8-rho003",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 8, .penalty = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n8-rho03",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 8, .penalty = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n12-rho003",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 12, .penalty = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n12-rho03",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 12, .penalty = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n6-range003",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 6, .range = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n6-range03",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 6, .range = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n20-sparse",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 20, .sparse = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "n20-skip",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .agents = 20, .skip = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n6",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 6},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n8",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 8},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n12",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 12},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n6-range003",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 6, .range = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n6-range03",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 6, .range = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n20-sparse",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 20, .sparse = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "n20-skip",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .agents = 20, .skip = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n6",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 6},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n8",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 8},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n12",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 12},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n6-range003",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 6, .range = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n6-range03",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 6, .range = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n20-sparse",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 20, .sparse = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "n20-skip",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .agents = 20, .skip = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n6",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 6},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n8",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 8},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n12",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 12},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n6-range003",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 6, .range = 0.03},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n6-range03",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 6, .range = 0.3},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n20-sparse",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 20, .sparse = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "n20-skip",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .agents = 20, .skip = true},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ind",
     .variant = "n6",
     .summary = "independent learners",
     .setup_from = set_up,
     .setting = &(const setting){.method = IND, .agents = 6},
     .seeds = {1, 5}},
    {.name = "ind",
     .variant = "n8",
     .summary = "independent learners",
     .setup_from = set_up,
     .setting = &(const setting){.method = IND, .agents = 8},
     .seeds = {1, 5}},
    {.name = "ind",
     .variant = "n12",
     .summary = "independent learners",
     .setup_from = set_up,
     .setting = &(const setting){.method = IND, .agents = 12},
     .seeds = {1, 5}},
    {.name = "ind",
     .variant = "n20",
     .summary = "independent learners",
     .setup_from = set_up,
     .setting = &(const setting){.method = IND, .agents = 20},
     .seeds = {1, 5}},
    {.name = "team",
     .variant = "n6",
     .summary = "everybody uses the mean advantage",
     .setup_from = set_up,
     .setting = &(const setting){.method = TEAM, .agents = 6},
     .seeds = {1, 5}},
    {.name = "team",
     .variant = "n8",
     .summary = "everybody uses the mean advantage",
     .setup_from = set_up,
     .setting = &(const setting){.method = TEAM, .agents = 8},
     .seeds = {1, 5}},
    {.name = "team",
     .variant = "n12",
     .summary = "everybody uses the mean advantage",
     .setup_from = set_up,
     .setting = &(const setting){.method = TEAM, .agents = 12},
     .seeds = {1, 5}},
};

static const mg_deviation deviations[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "predation.agents", "quick: six agents everywhere, since 20 of them take a minute without SIMD"},
    {"*", "quick", "predation.range",
     "quick: all are neighbours, or some anticipations would see no one in so few episodes"},
    {"*", "quick", "budget.evaluate_every", "quick: shorter training"},
    {"*", "quick", "budget.evaluation_episodes", "quick: shorter training"},
    {"*", "quick", "budget.final_episodes", "quick: shorter training"},
    {"*", "quick", "budget.checkpoints", "quick: shorter training"},
    {"*", "quick", "budget.first_checkpoint", "quick: shorter training"},
    {"*", "*", "",
     "the paper defines neither cooperating, nor an episode's length, nor the ends of the line: here a move "
     "towards the prey, 30 steps, held at the ends (specs/as.md 1.1)"},
    {"*", "*", "",
     "the paper does not say how long it trains: here 3000, 2000, 1500, 1000 episodes with 6, 8, 12, 20 "
     "agents, which fits two cores"},
    {"*", "*", "",
     "ratios are taken against the policy that played the episode; Algorithm 1, line 17, taken literally, "
     "would set them to 1 (specs/as.md 2.2)"},
    {"*", "*", "",
     "returns are means of evaluation episodes, sampled as in training; normalised: 0 nobody cooperates, 1 one"
     " volunteer; the paper does not say how it normalises (specs/as.md 4)"},
    {"vs", "*", "", "written from the paper's one sentence on it (specs/as.md 3)"},
    {"vps", "*", "", "Metropolis weights; the paper does not say which (specs/as.md 3)"},
    {"ps", "*", "", "Metropolis weights, gradient as in specs/as.md 3; the paper does not say which"},
    {"ind", "*", "", "not in the paper: the floor, Anticipation Sharing where nobody has a neighbour"},
    {"team", "*", "", "not in the paper: an upper reference"},
};

static const char *const metrics[] = {
    "return_sum",   "normalised_return", "cooperators",    "captured",   "training_return",
    "situations",   "wrong_payoffs",     "defection_gain", "games",      "violations_1",
    "violations_2", "violations_3",      "violations_kl",  "tightest_1", "tightest_2",
    "tightest_3",   "tightest_kl",       "identity_error", NULL};

static const mg_experiment as_predation = {
    .name = "as-predation",
    .title = "Anticipation Sharing in cooperative predation",
    .source = "Decentralized MARL via Anticipation Sharing, Sections 4 and 5, Figures 1, 3, 4, 5, Tables 1 and 2",
    .number = 2,
    .semantics = 1,
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&as_predation, argc, argv);
}
