/* as-exchange - Anticipation Sharing where food lies in boxes that only others can open (paper Section 5, Figures 1
 * and 3; specs/as.md 1.2).
 *
 * Methods: as (Anticipation Sharing), vs, vps, ps (what the paper compares it with), ind (nobody shares anything)
 * and team (everybody uses the mean advantage). Variants: neighbours within 1.5 cells (Figure 1), 1 and 2 (Figure
 * 3), with penalty 1; as/rho01 and as/rho1e4: penalty 0.1 and the paper's, as far as it can be read. And, computed:
 * what opening a box costs and brings.
 */
#include "envs/exchange.h"
#include "suite/as_methods.h"

typedef struct setting {
    as_method method;
    double range, penalty; /* 0: the paper's range 1.5, and weight 1 */
} setting;

static void set_up(const void *chosen, mg_profile profile, bool paper, mg_setup *setup)
{
    const setting *s = chosen;
    mg_exchange_config game = mg_exchange_default();
    mg_anticipation_config config = mg_anticipation_discrete_default();
    game.range = s->range > 0.0 ? s->range : 1.5;
    config.penalty = paper ? 1e4 : s->penalty > 0.0 ? s->penalty : 1.0;
    setup->environment = &mg_exchange;
    memcpy(setup->environment_config, &game, sizeof game);
    as_place_learner(s->method, &config, setup);
    setup->budget = paper || profile == MG_PROFILE_PAPER ? as_budget(6000) : as_quick_budget(4);
}

/* ---- what opening pays, and what helpful agents reach (specs/as.md 1.2) ---- */

enum { AGENTS = 3, BYTES = 4096 };

static double step_of(const mg_exchange_config *game, void *row, const int32_t *action, float *reward, bool *end)
{
    float paid[AGENTS], received[AGENTS];
    mg_outcome outcome = {.reward = reward, .paid = paid, .received = received};
    double total = 0.0;
    mg_exchange.step(game, NULL, row, action, NULL, NULL, NULL, &outcome);
    for (int i = 0; i < AGENTS; i++)
        total += (double)reward[i];
    *end = outcome.terminated;
    return total;
}

typedef struct payoffs {
    int openings;
    double least_loss, gain; /* to the opener; to all, summed over openings */
    double reference;        /* mean return of helpful agents */
} payoffs;

/* One episode of helpful agents; each opening also as if the opener had stayed. */
static void help(const mg_exchange_config *game, mg_stream *stream, payoffs *found)
{
    _Alignas(16) unsigned char row[BYTES], other_row[BYTES];
    float reward[AGENTS], other[AGENTS];
    bool end = false, ignored;
    mg_exchange.reset(game, NULL, row, stream);
    while (!end) {
        int32_t action[AGENTS];
        double without[AGENTS];
        float own[AGENTS];
        for (int i = 0; i < AGENTS; i++)
            action[i] = mg_exchange_helpful_action(game, row, i);
        for (int i = 0; i < AGENTS; i++) {
            int32_t kept = action[i];
            memcpy(other_row, row, sizeof row);
            action[i] = MG_GRID_STAY;
            without[i] = step_of(game, other_row, action, other, &ignored);
            own[i] = other[i];
            action[i] = kept;
        }
        double with = step_of(game, row, action, reward, &end);
        found->reference += with;
        for (int i = 0; i < AGENTS; i++) {
            if (action[i] != MG_EXCHANGE_OPEN)
                continue;
            double loss = (double)own[i] - (double)reward[i];
            found->least_loss = loss < found->least_loss ? loss : found->least_loss;
            found->gain += with - without[i];
            found->openings++;
        }
    }
}

static bool run_payoffs(mg_direct *direct, mg_error *error)
{
    (void)error;
    enum { EPISODES = 200 };
    mg_exchange_config game = mg_exchange_default();
    payoffs found = {.least_loss = 1e9};
    for (uint32_t episode = 0; episode < EPISODES; episode++) {
        mg_stream stream = mg_stream_at(mg_direct_key(direct), MG_PURPOSE_START_POINTS, episode, 0, 0);
        help(&game, &stream, &found);
    }
    double state[] = {(double)found.openings, found.least_loss, found.gain / (double)found.openings,
                      found.reference / (double)EPISODES};
    mg_tensor tensor = {MG_KIND_STATE, "openings, loss, gain, reference", MG_TYPE_DOUBLE, 1, 4, state};
    mg_direct_metric(direct, "openings", state[0]);
    mg_direct_metric(direct, "opener_loss", state[1]);
    mg_direct_metric(direct, "group_gain", state[2]);
    mg_direct_metric(direct, "reference_return", state[3]);
    mg_direct_count(direct, (double)EPISODES, (double)EPISODES, 0.0);
    mg_direct_checkpoint(direct, &tensor, 1);
    return true;
}

/* ---- the table of runs ---- */

/* Seeds: one in a quick run, five in the paper's; of ind and team, which are ours, the paper says nothing. */
static const mg_method methods[] = {
    {.name = "payoffs",
     .variant = "",
     .summary = "what opening a box costs and brings, in 200 episodes of helpful agents",
     .direct = run_payoffs,
     .seeds = {1, 1}},
    {.name = "as",
     .variant = "range15",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "rho01",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .penalty = 0.1},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "rho1e4",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .penalty = 1e4},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "range1",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "as",
     .variant = "range2",
     .summary = "Anticipation Sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = AS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "range15",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "range1",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vs",
     .variant = "range2",
     .summary = "value sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "range15",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "range1",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "vps",
     .variant = "range2",
     .summary = "value-parameter sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = VPS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "range15",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "range1",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .range = 1.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ps",
     .variant = "range2",
     .summary = "policy sharing",
     .setup_from = set_up,
     .setting = &(const setting){.method = PS, .range = 2.0},
     .seeds = {1, 5},
     .paper_seeds = 5},
    {.name = "ind",
     .variant = "range15",
     .summary = "independent learners",
     .setup_from = set_up,
     .setting = &(const setting){.method = IND},
     .seeds = {1, 5}},
    {.name = "team",
     .variant = "range15",
     .summary = "everybody uses the mean advantage",
     .setup_from = set_up,
     .setting = &(const setting){.method = TEAM},
     .seeds = {1, 5}},
};

static const mg_deviation deviations[] = {
    {"*", "quick", "seeds", "quick runs one seed: it checks bits, not claims"},
    {"*", "quick", "budget.units", "quick: long enough for every kind of update, short enough for every build"},
    {"*", "quick", "budget.evaluate_every", "quick: shorter training"},
    {"*", "quick", "budget.evaluation_episodes", "quick: shorter training"},
    {"*", "quick", "budget.final_episodes", "quick: shorter training"},
    {"*", "quick", "budget.checkpoints", "quick: shorter training"},
    {"*", "quick", "budget.first_checkpoint", "quick: shorter training"},
    {"*", "*", "",
     "the paper gives neither the grid, nor who may open what, nor an episode's length: here 3 x 3, a cycle in"
     " which nobody can repay directly, 30 steps (specs/as.md 1.2)"},
    {"*", "*", "", "the paper does not say how long it trains: here 6000 episodes"},
    {"*", "*", "",
     "returns are means of evaluation episodes, sampled as in training; normalised: 0 nothing opened, 1 "
     "everything at once; the paper does not say how it normalises (specs/as.md 4)"},
    {"*", "*", "",
     "ratios are taken against the policy that played the episode; Algorithm 1, line 17, taken literally, "
     "would set them to 1 (specs/as.md 2.2)"},
    {"as/range15", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4; 1 works in both discrete domains "
     "(specs/as.md 0, 7), and 1e4 is the variant rho1e4"},
    {"as/range1", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4; 1 works in both discrete domains "
     "(specs/as.md 0, 7), and 1e4 is the variant rho1e4"},
    {"as/range2", "*", "anticipation.penalty",
     "Table 2's discrete weight is damaged in print and reads 1e4; 1 works in both discrete domains "
     "(specs/as.md 0, 7), and 1e4 is the variant rho1e4"},
    {"as/rho01", "*", "anticipation.penalty", "the weight of the continuous domain, to see how much it matters"},
    {"vs", "*", "", "written from the paper's one sentence on it (specs/as.md 3)"},
    {"vps", "*", "", "Metropolis weights; the paper does not say which (specs/as.md 3)"},
    {"ps", "*", "", "Metropolis weights, gradient as in specs/as.md 3; the paper does not say which"},
    {"ind", "*", "", "not in the paper: the floor, Anticipation Sharing where nobody has a neighbour"},
    {"team", "*", "", "not in the paper: an upper reference"},
};

static const char *const metrics[] = {
    "return_sum", "normalised_return", "opened",     "length",           "training_return",
    "openings",   "opener_loss",       "group_gain", "reference_return", NULL};

static const mg_experiment as_exchange = {
    .name = "as-exchange",
    .title = "Anticipation Sharing in exchange",
    .source = "Decentralized MARL via Anticipation Sharing, Section 5, Figures 1 and 3, Tables 1 and 2",
    .number = 3,
    .semantics = 1,
    .methods = sizeof methods / sizeof *methods,
    .method = methods,
    .deviations = sizeof deviations / sizeof *deviations,
    .deviation = deviations,
    .metrics = metrics,
};

int main(int argc, char **argv)
{
    return mg_experiment_main(&as_exchange, argc, argv);
}
