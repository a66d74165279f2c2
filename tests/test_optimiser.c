/* test_optimiser.c - optimisers against a plain evaluation of their formulas, in binary32 and binary64, on every table.
 */
#include "core/num/isa.h"
#include "core/num/optimiser.h"
#include "core/num/rng.h"
#include "core/num/scalar_math.h"
#include "tests/tap.h"

#include <string.h>

/* The second form of the same source (core/num/real.h). */
size_t mg_optimiser_reals_double(const mg_optimiser_config *config, size_t parameters);
void mg_optimiser_step_double(const mg_optimiser_config *config, mg_optimiser_state *state, size_t n,
                              const double *gradient, double *moments, double *parameters);
double mg_clip_gradient_norm_double(size_t n, double limit, double *gradient);
void mg_soft_update_double(size_t n, double tau, const double *online, double *target);

enum { COUNT = 45, STEPS = 50 };

static double absolute(double x)
{
    return x < 0.0 ? -x : x;
}

/* ---- the formulas, one number at a time, bias corrections by repeated multiplication from scratch ---- */

typedef struct plain {
    double p, m, v;
} plain;

static double power(double base, int exponent)
{
    double result = 1.0;
    for (int i = 0; i < exponent; i++)
        result *= base;
    return result;
}

static void plain_step(const mg_optimiser_config *c, int t, double g, plain *x)
{
    if (c->kind == MG_SGD) {
        x->p -= c->rate * g;
        return;
    }
    x->m = c->beta1 * x->m + (1.0 - c->beta1) * g;
    x->v = c->beta2 * x->v + (1.0 - c->beta2) * g * g;
    double unbiased_m = x->m / (1.0 - power(c->beta1, t)), unbiased_v = x->v / (1.0 - power(c->beta2, t));
    if (c->kind == MG_ADAM_TORCH)
        x->p -= c->rate * unbiased_m / (mg_sqrt(unbiased_v) + c->epsilon);
    else if (c->kind == MG_ADAM_TENSORFLOW)
        x->p -= c->rate * mg_sqrt(1.0 - power(c->beta2, t)) * unbiased_m / (mg_sqrt(x->v) + c->epsilon);
    else
        x->p -= c->rate * g / (mg_sqrt(x->v) + c->epsilon);
}

/* ---- 50 steps on 45 numbers, gradients of magnitudes from 10^-6 to 10 ---- */

typedef struct run {
    mg_optimiser_state state, state_double;
    float p[COUNT], g[COUNT], moments[2 * COUNT];
    double p_double[COUNT], g_double[COUNT], moments_double[2 * COUNT];
    plain plain[COUNT];
} run;

static double gradient_at(int step, int i)
{
    static const double scale[5] = {1e-6, 1e-3, 0.1, 1.0, 10.0};
    mg_stream stream = mg_stream_at((mg_key){4, 4}, MG_PURPOSE_TEST, (uint32_t)step, (uint32_t)i, 0);
    return scale[i % 5] * (double)(float)(0.3 + mg_random_double(&stream) - 0.5);
}

static void start(run *r)
{
    memset(r, 0, sizeof *r);
    r->state = r->state_double = mg_optimiser_start();
    for (int i = 0; i < COUNT; i++) {
        r->plain[i].p = r->p_double[i] = 0.25 * (i % 7) - 0.5;
        r->p[i] = (float)r->p_double[i];
    }
}

typedef struct distance {
    double single, wide; /* largest distance from the plain evaluation, in units of the largest change */
} distance;

static distance distance_after(run *r, const mg_optimiser_config *ours, const mg_optimiser_config *formula)
{
    distance result = {0.0, 0.0};
    double largest_change = 0.0;
    start(r);
    for (int t = 1; t <= STEPS; t++) {
        for (int i = 0; i < COUNT; i++) {
            r->g[i] = (float)gradient_at(t, i);
            r->g_double[i] = (double)r->g[i];
            plain_step(formula, t, r->g_double[i], &r->plain[i]);
        }
        mg_optimiser_step(ours, &r->state, COUNT, r->g, r->moments, r->p);
        mg_optimiser_step_double(ours, &r->state_double, COUNT, r->g_double, r->moments_double, r->p_double);
    }
    for (int i = 0; i < COUNT; i++) {
        double change = absolute(r->plain[i].p - (0.25 * (i % 7) - 0.5));
        double off = absolute((double)r->p[i] - r->plain[i].p), off_double = absolute(r->p_double[i] - r->plain[i].p);
        largest_change = change > largest_change ? change : largest_change;
        result.single = off > result.single ? off : result.single;
        result.wide = off_double > result.wide ? off_double : result.wide;
    }
    return (distance){result.single / largest_change, result.wide / largest_change};
}

/* epsilon 1e-3 makes the forms of Adam differ by more than rounding: the small gradients feel it */
static mg_optimiser_config config_of(mg_optimiser_kind kind)
{
    switch (kind) {
    case MG_ADAM_TORCH: return (mg_optimiser_config){MG_ADAM_TORCH, 0.01, 0.9, 0.999, 1e-3, 0.0};
    case MG_ADAM_TENSORFLOW: return (mg_optimiser_config){MG_ADAM_TENSORFLOW, 0.01, 0.9, 0.999, 1e-3, 0.0};
    case MG_RMSPROP: return (mg_optimiser_config){MG_RMSPROP, 0.01, 0.0, 0.99, 1e-3, 0.0};
    default: return mg_sgd_default(0.01);
    }
}

static const char *const names[] = {"SGD", "Adam of PyTorch", "Adam of TensorFlow", "RMSProp"};
#define TOLERANCE 2e-5 /* binary32 */
#define TOLERANCE_DOUBLE 1e-13

static void test_formulas(void)
{
    static run r;
    for (int ours = MG_SGD; ours <= MG_RMSPROP; ours++) {
        for (int formula = MG_SGD; formula <= MG_RMSPROP; formula++) {
            mg_optimiser_config a = config_of((mg_optimiser_kind)ours), b = config_of((mg_optimiser_kind)formula);
            distance d = distance_after(&r, &a, &b);
            if (ours == formula)
                tap_ok(d.single < TOLERANCE && d.wide < TOLERANCE_DOUBLE,
                       "%s on %s: off by %.1e, in double %.1e of a change", names[ours], mg_isa_name(), d.single,
                       d.wide);
            else
                tap_ok(d.single > TOLERANCE && d.wide > TOLERANCE_DOUBLE, "%s is not taken for %s (%.1e)", names[ours],
                       names[formula], d.single);
        }
    }
}

static void test_wrong_constants(void)
{
    static run r;
    for (int kind = MG_SGD; kind <= MG_RMSPROP; kind++) {
        mg_optimiser_config right = config_of((mg_optimiser_kind)kind), wrong = right;
        wrong.rate *= 1.001;
        tap_ok(distance_after(&r, &wrong, &right).single > TOLERANCE, "%s: a rate 0.1 %% off is noticed", names[kind]);
        if (kind == MG_SGD)
            continue;
        wrong = right;
        wrong.beta2 += 1e-4;
        tap_ok(distance_after(&r, &wrong, &right).single > TOLERANCE, "%s: beta2 0.0001 off is noticed", names[kind]);
        wrong = right;
        wrong.epsilon *= 1.01;
        tap_ok(distance_after(&r, &wrong, &right).single > TOLERANCE, "%s: epsilon 1 %% off is noticed", names[kind]);
    }
}

/* ---- by hand ---- */

static float one_step(const mg_optimiser_config *config, float gradient)
{
    mg_optimiser_state state = mg_optimiser_start();
    float moments[2] = {0.0f, 0.0f}, p = 1.0f;
    mg_optimiser_step(config, &state, 1, &gradient, moments, &p);
    return p;
}

static bool near(float x, double expected)
{
    return absolute((double)x - expected) < 2e-7;
}

static void test_by_hand(void)
{
    mg_optimiser_config sgd = mg_sgd_default(0.5);
    tap_ok(one_step(&sgd, 0.25f) == 0.875f, "SGD: 1 - 0.5 * 0.25");
    /* first step of Adam: both moments unbiased are g and g^2, so the step is rate * g / (|g| + epsilon) */
    mg_optimiser_config torch = {MG_ADAM_TORCH, 0.1, 0.9, 0.999, 1.0, 0.0};
    tap_ok(near(one_step(&torch, 3.0f), 1.0 - 0.1 * 3.0 / 4.0), "Adam of PyTorch: epsilon beside the unbiased root");
    /* here epsilon stands beside sqrt(0.001) |g|: rate * g / (|g| + epsilon / sqrt(0.001)) */
    mg_optimiser_config tensorflow = {MG_ADAM_TENSORFLOW, 0.1, 0.9, 0.999, 0.031622776601683791, 0.0};
    tap_ok(near(one_step(&tensorflow, 3.0f), 1.0 - 0.1 * 3.0 / 4.0),
           "Adam of TensorFlow: epsilon beside the biased root");
    /* v = 0.01 * 9, its root 0.3 */
    mg_optimiser_config rmsprop = {MG_RMSPROP, 0.1, 0.0, 0.99, 0.2, 0.0};
    tap_ok(near(one_step(&rmsprop, 3.0f), 1.0 - 0.1 * 3.0 / 0.5), "RMSProp: 1 - 0.1 * 3 / (0.3 + 0.2)");
    mg_optimiser_config defaults[4] = {mg_sgd_default(1.0), mg_adam_torch_default(2.0), mg_adam_tensorflow_default(3.0),
                                       mg_rmsprop_default(4.0)};
    bool right = defaults[1].beta1 == 0.9 && defaults[1].beta2 == 0.999 && defaults[1].epsilon == 1e-8 &&
                 defaults[2].beta1 == 0.9 && defaults[2].beta2 == 0.999 && defaults[2].epsilon == 1e-8 &&
                 defaults[3].beta2 == 0.99 && defaults[3].epsilon == 1e-8;
    for (int kind = 0; kind < 4; kind++)
        right = right && defaults[kind].kind == (mg_optimiser_kind)kind && defaults[kind].rate == 1.0 + kind;
    tap_ok(right, "defaults: those of the papers and of PyTorch");
    tap_ok(mg_optimiser_reals(&defaults[0], 7) == 0 && mg_optimiser_reals(&defaults[1], 7) == 14 &&
               mg_optimiser_reals_double(&defaults[3], 7) == 14,
           "moments: none for SGD, two a parameter for the others");
}

/* beta^t are products in binary64, whatever the number type: 10 000 steps on */
static void test_powers(void)
{
    mg_optimiser_config config = mg_adam_torch_default(1e-3);
    mg_optimiser_state state = mg_optimiser_start();
    float g = 1.0f, p = 0.0f, moments[2] = {0.0f, 0.0f};
    for (int i = 0; i < 10000; i++)
        mg_optimiser_step(&config, &state, 1, &g, moments, &p);
    tap_ok(state.steps == 10000 && state.beta2_power == power(0.999, 10000) && state.beta1_power == power(0.9, 10000),
           "powers: running products after 10 000 steps");
    tap_ok(p < -9.9f && p > -10.1f, "a constant gradient moves by the rate at every step (%.4f)", (double)p);
}

/* ---- small moments ---- */

/* Sizes below and above the least, of both signs; second moments have none. */
static const float small_first[4] = {1e-31f, -1e-31f, 2e-30f, -2e-30f};
static const float small_second[4] = {1e-31f, 2e-30f, 1e-31f, 1.0f};

/* How many of the 128 steps cleared other moments than they should. */
static int wrong_clearings(double least, int every)
{
    mg_optimiser_config config = mg_adam_torch_default(1e-3);
    mg_optimiser_state state = mg_optimiser_start();
    float gradient[4] = {0.0f}, parameters[4] = {1.0f, 1.0f, 1.0f, 1.0f}, moments[8];
    int wrong = 0;
    config.least = least;
    for (int step = 1; step <= 128; step++) {
        memcpy(moments, small_first, sizeof small_first);
        memcpy(moments + 4, small_second, sizeof small_second);
        mg_optimiser_step(&config, &state, 4, gradient, moments, parameters);
        bool clears = every && step % every == 0;
        for (int i = 0; i < 4; i++) {
            wrong += (moments[i] == 0.0f) != (clears && i < 2);
            wrong += (moments[4 + i] == 0.0f) != (clears && i % 2 == 0);
            wrong += (moments[i] < 0.0f) != (small_first[i] < 0.0f) && moments[i] != 0.0f;
        }
    }
    return wrong;
}

static void test_clearing(void)
{
    tap_ok(wrong_clearings(1e-30, 64) == 0,
           "small moments of either sign and half are cleared at steps 64 and 128, no other");
    tap_ok(wrong_clearings(0.0, 0) == 0, "without a least, never");
    tap_ok(wrong_clearings(1e-30, 32) > 0 && wrong_clearings(1e-30, 0) > 0, "another step is noticed, and none at all");
    mg_optimiser_config config = mg_adam_torch_default(1e-3);
    mg_optimiser_state state = mg_optimiser_start();
    double gradient[1] = {0.0}, parameters[1] = {1.0}, moments[2] = {-1e-31, 1e-31};
    config.least = 1e-30;
    for (int step = 0; step < 63; step++)
        mg_optimiser_step_double(&config, &state, 1, gradient, moments, parameters);
    tap_ok(moments[0] < 0.0 && moments[1] > 0.0, "the same in double: not at step 63");
    mg_optimiser_step_double(&config, &state, 1, gradient, moments, parameters);
    tap_ok(moments[0] == 0.0 && moments[1] == 0.0, "... at step 64");
}

/* ---- norm and soft update ---- */

static double norm_of(const float *x)
{
    double squares = 0.0;
    for (int i = 0; i < COUNT; i++) {
        double wide = (double)x[i];
        squares += wide * wide;
    }
    return mg_sqrt(squares);
}

static void test_clip(void)
{
    float g[COUNT], before[COUNT];
    double wide[COUNT];
    for (int i = 0; i < COUNT; i++) {
        before[i] = g[i] = (float)gradient_at(1, i);
        wide[i] = (double)g[i];
    }
    double norm = norm_of(g);
    float returned = mg_clip_gradient_norm(COUNT, 0.5f, g);
    tap_ok(absolute((double)returned / norm - 1.0) < 1e-6, "clip: returns the norm before");
    tap_ok(absolute(norm_of(g) - 0.5) < 1e-6 && absolute((double)g[4] / (double)before[4] - 0.5 / norm) < 1e-6,
           "clip: the norm after is the limit, the direction stays");
    memcpy(g, before, sizeof g);
    mg_clip_gradient_norm(COUNT, (float)norm * 1.001f, g);
    tap_ok(memcmp(g, before, sizeof g) == 0, "clip: a norm below the limit changes no bit");
    mg_clip_gradient_norm(COUNT, (float)norm * 0.999f, g);
    tap_ok(memcmp(g, before, sizeof g) != 0, "clip: one just above it does");
    double wide_norm = mg_clip_gradient_norm_double(COUNT, 0.5, wide);
    tap_ok(absolute(wide_norm / norm - 1.0) < 1e-15, "clip: the same in double");
    g[3] = 1e30f;
    float infinite = mg_clip_gradient_norm(COUNT, 0.5f, g);
    tap_ok(infinite > 3e38f && g[3] == 1e30f, "clip: an infinite norm hides nothing");
    g[3] = infinite - infinite;
    float not_a_number = mg_clip_gradient_norm(COUNT, 0.5f, g);
    tap_ok(not_a_number != not_a_number && g[3] != g[3], "clip: nor does NaN");
    memset(g, 0, sizeof g);
    tap_ok(mg_clip_gradient_norm(COUNT, 0.5f, g) == 0.0f && g[0] == 0.0f, "clip: a zero gradient stays zero");
}

static void test_soft_update(void)
{
    enum { MANY = 1300 };
    static float online[MANY], target[MANY], expected[MANY];
    static double online_double[MANY], target_double[MANY];
    mg_stream stream = mg_stream_at((mg_key){4, 5}, MG_PURPOSE_TEST, 0, 0, 0);
    mg_random_fill_normal(&stream, online, MANY);
    mg_random_fill_normal(&stream, target, MANY);
    double farthest = 0.0;
    for (int i = 0; i < MANY; i++) {
        float difference = online[i] - target[i];
        float part = 0.01f * difference;
        expected[i] = target[i] + part;
        online_double[i] = (double)online[i];
        target_double[i] = (double)target[i];
    }
    mg_soft_update_double(MANY, 0.01, online_double, target_double);
    mg_soft_update(MANY, 0.01f, online, target);
    for (int i = 0; i < MANY; i++) {
        double off = absolute(target_double[i] - (double)target[i]);
        farthest = off > farthest ? off : farthest;
    }
    tap_ok(memcmp(target, expected, sizeof target) == 0,
           "soft update on %s: target + tau (online - target), every length", mg_isa_name());
    tap_ok(farthest > 0.0 && farthest < 1e-6, "soft update: the same in double, finer");
    expected[MANY - 1] = online[MANY - 1];
    tap_ok(memcmp(target, expected, sizeof target) != 0, "soft update: one number off is noticed");
}

/* How much further the last of three steps would have gone with a larger gradient, the second moment as it is: the
 * difference of two evaluations of the formula. */
static void test_along(void)
{
    const mg_optimiser_config config[] = {mg_sgd_default(0.1), mg_adam_torch_default(0.01),
                                          mg_adam_tensorflow_default(0.01), mg_rmsprop_default(0.01)};
    static const char *const name[] = {"SGD", "Adam, PyTorch", "Adam, TensorFlow", "RMSProp"};
    for (int kind = 0; kind < 4; kind++) {
        const mg_optimiser_config *c = &config[kind];
        mg_stream stream = mg_stream_at((mg_key){4733, 0}, MG_PURPOSE_TEST, (uint32_t)kind, 0, 0);
        mg_optimiser_state state = mg_optimiser_start();
        float p[COUNT] = {0.0f}, g[COUNT], moments[2 * COUNT] = {0.0f}, more[COUNT], further[COUNT];
        plain x[COUNT] = {{0}};
        double worst = 0.0;
        for (int t = 1; t <= 3; t++) {
            for (int k = 0; k < COUNT; k++)
                g[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
            mg_optimiser_step(c, &state, COUNT, g, moments, p);
            for (int k = 0; k < COUNT && t < 3; k++)
                plain_step(c, t, (double)g[k], &x[k]);
        }
        for (int k = 0; k < COUNT; k++)
            more[k] = mg_random_uniform(&stream, -1.0f, 1.0f);
        mg_optimiser_along(c, &state, COUNT, moments, more, further);
        for (int k = 0; k < COUNT; k++) {
            plain as_it_was = x[k], larger = x[k];
            plain_step(c, 3, (double)g[k], &as_it_was);
            double root = mg_sqrt(as_it_was.v), guard = c->epsilon, part = c->rate * (1.0 - c->beta1) * (double)more[k];
            double unbiased = mg_sqrt(1.0 - power(c->beta2, 3)), first = 1.0 - power(c->beta1, 3);
            if (c->kind == MG_ADAM_TORCH)
                larger.p = as_it_was.p - part / first / (root / unbiased + guard);
            else if (c->kind == MG_ADAM_TENSORFLOW)
                larger.p = as_it_was.p - part * unbiased / first / (root + guard);
            else
                larger.p = as_it_was.p - part / (c->kind == MG_SGD ? 1.0 : root + guard);
            double off = absolute(as_it_was.p - larger.p - (double)further[k]) / c->rate;
            worst = off > worst ? off : worst;
        }
        tap_ok(worst < 1e-5, "%s: a larger gradient goes further by that much: off by %.1e of a rate", name[kind],
               worst);
    }
}

int main(void)
{
    char message[256];
    for (int i = 0; mg_isa_available(i); i++) {
        tap_ok(mg_isa_choose(mg_isa_available(i), message, sizeof message), "isa %s", mg_isa_available(i));
        test_formulas();
        test_soft_update();
        test_clip();
    }
    test_wrong_constants();
    test_by_hand();
    test_powers();
    test_clearing();
    test_along();
    return tap_done();
}
