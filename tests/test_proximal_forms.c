/* What a config of proximal policies chooses: first values and Adam as PyTorch or TensorFlow has them; what is refused.
 */
#include "core/num/scalar_math.h"
#include "tests/proximal_by_hand.h"

/* ---- whose forms ---- */

/* The largest of a tensor's numbers in size, or -1 where there is no such tensor. */
static double largest_of(const driven *d, mg_kind kind, const char *name)
{
    double number[4 * NUMBERS_MAX], most = 0.0;
    int n = numbers_of(d, kind, name, number);
    for (int k = 0; k < n; k++)
        most = size_of(number[k]) > most ? size_of(number[k]) : most;
    return n > 0 ? most : -1.0;
}

/* Of a layer of 5 inputs and 4 outputs Glorot's bound is sqrt(6 / 9), the other one sqrt(1 / 5); with 20 numbers the
 * largest is seldom far below. */
static void test_first_values(bool tensorflow)
{
    driven d;
    mg_proximal_policy_config config = tensorflow ? mg_proximal_policy_gtb_paper() : mg_proximal_policy_default();
    config.memory = 3;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    start(&d, &config);
    double bound = mg_sqrt(tensorflow ? 6.0 / 9.0 : 1.0 / 5.0);
    double policy = largest_of(&d, MG_KIND_POLICIES, "policy 0 second.weight");
    double critic = largest_of(&d, MG_KIND_CRITICS, "critic 0 second.weight");
    tap_ok(policy <= bound && policy > 0.75 * bound && critic <= bound && critic > 0.75 * bound,
           "%s: first weights to %.3f and %.3f of %.3f", tensorflow ? "TensorFlow" : "PyTorch", policy, critic, bound);
    const double bias[] = {largest_of(&d, MG_KIND_POLICIES, "policy 0 second.bias"),
                           largest_of(&d, MG_KIND_CRITICS, "critic 0 first.bias"),
                           largest_of(&d, MG_KIND_CRITICS, "critic 0 memory.recurrent.bias"),
                           largest_of(&d, MG_KIND_CRITICS, "critic 0 output.bias")};
    bool good = true;
    for (int k = 0; k < 4; k++)
        good = good && (tensorflow ? bias[k] == 0.0 : bias[k] > 0.0);
    tap_ok(good, "... first biases %s 0", tensorflow ? "are" : "are not");
    end(&d);
}

/* Filters: 18 numbers in and 6 x 9 out, the bound sqrt(6 / 72); their biases have one in and 6 out, sqrt(6 / 7). */
static void test_filters(void)
{
    driven d;
    mg_proximal_policy_config config = mg_proximal_policy_gtb_paper();
    config.memory = 3;
    config.window = SIDE;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    start(&d, &config);
    double number[2000], weight = largest_of(&d, MG_KIND_POLICIES, "policy 0 filters_1.weight");
    double bias = largest_of(&d, MG_KIND_CRITICS, "critic 0 filters_2.bias");
    tap_ok(weight <= mg_sqrt(6.0 / 72.0) && weight > 0.9 * mg_sqrt(6.0 / 72.0), "filters to %.3f", weight);
    tap_ok(bias <= mg_sqrt(6.0 / 7.0) && bias > 0.5 * mg_sqrt(6.0 / 7.0), "their biases to %.3f", bias);
    tap_ok(numbers_of(&d, MG_KIND_POLICIES, "policy 0 filters_1.weight", number) == 6 * 2 * 9 &&
               numbers_of(&d, MG_KIND_POLICIES, "policy 0 filters_2.weight", number) == 6 * 6 * 9 &&
               numbers_of(&d, MG_KIND_POLICIES, "policy 0 image.weight", number) == 6 * PIXELS * BESIDE &&
               numbers_of(&d, MG_KIND_CRITICS, "critic 0 first.weight", number) == 2 * BESIDE * HIDDEN_1,
           "an image becomes as many numbers as lie beside it");
    tap_ok(largest_of(&d, MG_KIND_POLICIES, "policy 0 image.bias") == 0.0, "by a layer whose biases are 0");
    end(&d);
    config.window = SIDE + 2;
    start(&d, &config);
    tap_ok(numbers_of(&d, MG_KIND_POLICIES, "policy 0 filters", number) == 0 &&
               numbers_of(&d, MG_KIND_CRITICS, "critic 0 first.weight", number) == LENGTH * HIDDEN_1,
           "what is smaller than the window is no image");
    end(&d);
}

/* One step of Adam from a gradient g, which is ten times its first moment: rate g / (|g| + guard). The forms differ in
 * the guard: 1e-8, in TensorFlow's 1e-8 / sqrt(1 - 0.999) of 3.2e-7. */
static void test_first_step(mg_kind kind, bool tensorflow)
{
    static episodes data;
    static double before[AGENTS * 2 * NUMBERS_MAX], after[AGENTS * 2 * NUMBERS_MAX], moment[AGENTS * 2 * NUMBERS_MAX];
    driven d;
    mg_proximal_policy_config config = mg_proximal_policy_default();
    const char *of = kind == MG_KIND_POLICIES ? "policy" : "critic";
    double most[2] = {0.0}, rate = config.actor_rate = config.critic_rate = 0.125;
    char moments[32];
    config.tensorflow = tensorflow;
    config.shared = true;
    config.episodes = EPISODES;
    config.epochs = config.minibatches = 1;
    config.hidden_1 = HIDDEN_1;
    config.hidden_2 = HIDDEN_2;
    start(&d, &config);
    draw_episodes(&data, 0);
    int n = numbers_of(&d, kind, of, before);
    show(&d, &data);
    numbers_of(&d, kind, of, after);
    snprintf(moments, sizeof moments, "%s moments", of);
    numbers_of(&d, MG_KIND_OPTIMISERS, moments, moment);
    for (int k = 0; k < n; k++)
        for (int form = 0; form < 2; form++) {
            double g = 10.0 * moment[k], guard = form ? 1e-8 / mg_sqrt(0.001) : 1e-8;
            double off = size_of((before[k] - after[k]) / rate - g / (size_of(g) + guard));
            most[form] = off > most[form] ? off : most[form];
        }
    tap_ok(most[tensorflow] < 4e-6 && most[!tensorflow] > 2e-5, "%s: Adam in the form of %s (%.1e, in the other %.1e)",
           of, tensorflow ? "TensorFlow" : "PyTorch", most[tensorflow], most[!tensorflow]);
    end(&d);
}

/* ---- refusals ---- */

static void test_refusal(void)
{
    mg_error error = {0};
    mg_learner_spec spec;
    mg_proximal_policy_config config = mg_proximal_policy_default();
    mg_env_spec environment = {.name = "long", .stages = 1, .longest_episode = 699050};
    mg_env_add_agents(&environment, AGENTS, &(mg_agent_spec){.part = {{"all", 1, 1, LENGTH}}, .actions = ACTIONS});
    config.episodes = 1024;
    tap_ok(!mg_proximal_policy.describe(&config, &environment, &spec, &error) && strstr(error.text, "episodes 1024"),
           "refused: %s", error.text);
    config.episodes = 1023;
    tap_ok(mg_proximal_policy.describe(&config, &environment, &spec, &error), "one episode fewer has room");
    mg_env_spec_free(&environment);
}

int main(void)
{
    test_filters();
    for (int tensorflow = 0; tensorflow < 2; tensorflow++) {
        test_first_values(tensorflow);
        test_first_step(MG_KIND_POLICIES, tensorflow);
        test_first_step(MG_KIND_CRITICS, tensorflow);
    }
    test_refusal();
    return tap_done();
}
