/* An episode in the terminal: frames that take each other's place, or stand one after the other. */
#include "suite/harness/watch.h"
#include "tests/tap.h"
#include "tests/toy_experiment.h"

/* What mg_watch writes, in a text; the rollout is as new. */
static int watch(bool terminal, int longest, char *text, size_t size, mg_error *error)
{
    const toy_line_config line = {.longest = longest, .push = 0.0};
    const toy_learner_config learner = {.rate = 0.0005, .rows = 1};
    const mg_rollout_config config = {&toy_line, &line, &toy_learner_table, &learner, {65001, 3}, 2};
    mg_rollout *rollout = mg_rollout_create(&config, error);
    FILE *out = tmpfile();
    int status = mg_watch(rollout, out, terminal, 1, error);
    rewind(out);
    text[fread(text, 1, size - 1, out)] = '\0';
    fclose(out);
    mg_rollout_destroy(rollout);
    return status;
}

static int count_of(const char *text, const char *word)
{
    int count = 0;
    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        count++;
    return count;
}

static void test_frames(void)
{
    char plain[2000], drawn[2000], end[40];
    mg_error error = {MG_EXIT_OK, ""};
    int status = watch(false, 2, plain, sizeof plain, &error);
    int frames = count_of(plain, "step ");
    tap_ok(status == 0 && frames == 3 && strstr(plain, "step 2: agents at") && strncmp(plain, "step 0:", 7) == 0,
           "two steps are three frames");
    snprintf(end, sizeof end, "length %d (steps)\n", frames - 1);
    tap_ok(strstr(plain, end) && strstr(plain, "reward "), "then the metrics of the episode");
    tap_ok(strstr(plain, "trained 0 (episode)\n"), "and how long the learner had trained");
    tap_ok(!strchr(plain, '\033'), "no control characters where it is no terminal");
    status = watch(true, 2, drawn, sizeof drawn, &error);
    tap_ok(status == 0 && count_of(drawn, "\033[H\033[Jstep ") == 3,
           "on a terminal each frame takes the last one's place");
}

/* Evaluation counters aside, training goes on as if nobody had looked. */
static void test_training(void)
{
    uint64_t sum[2];
    for (int looking = 0; looking < 2; looking++) {
        const toy_line_config line = {.longest = 9, .push = 0.25};
        const toy_learner_config learner = {.rate = 0.0005, .rows = 1};
        const mg_rollout_config config = {&toy_line, &line, &toy_learner_table, &learner, {65001, 3}, 2};
        mg_error error = {MG_EXIT_OK, ""};
        mg_rollout *rollout = mg_rollout_create(&config, &error);
        mg_hasher *hasher = mg_hasher_create();
        for (int i = 0; i < 40; i++) {
            mg_rollout_train_step(rollout);
            FILE *out = looking && i == 17 ? tmpfile() : NULL;
            if (out) {
                (void)mg_watch(rollout, out, false, 0, &error);
                fclose(out);
            }
        }
        mg_rollout_hash_environment(rollout, hasher);
        sum[looking] = mg_hasher_finish(hasher).low;
        mg_hasher_destroy(hasher);
        mg_rollout_destroy(rollout);
    }
    tap_ok(sum[0] == sum[1], "who looks on changes nothing in training");
}

static void test_blind(void)
{
    mg_env_table blind = toy_line;
    blind.render = NULL;
    const toy_line_config line = {.longest = 9, .push = 0.25};
    const toy_learner_config learner = {.rate = 0.0005, .rows = 1};
    const mg_rollout_config config = {&blind, &line, &toy_learner_table, &learner, {65001, 3}, 2};
    mg_error error = {MG_EXIT_OK, ""};
    mg_rollout *rollout = mg_rollout_create(&config, &error);
    int status = mg_watch(rollout, stderr, false, 0, &error);
    tap_ok(status == MG_EXIT_INPUT && strstr(error.text, "toy-line shows nothing"), "%s", error.text);
    mg_rollout_destroy(rollout);
}

int main(void)
{
    test_frames();
    test_training();
    test_blind();
    return tap_done();
}
