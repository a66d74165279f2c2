/* scalar_math.c - the binary32 functions of one number: the vector functions at width 1, hence the same bits. */
#include "core/num/scalar_math.h"

#define MG_WIDTH 1
#include "core/num/elementary.h"

float mg_exp_float(float x)
{
    return mg_v_exp(x);
}

float mg_log_float(float x)
{
    return mg_v_log(x);
}

float mg_tanh_float(float x)
{
    return mg_v_tanh(x);
}

float mg_sigmoid_float(float x)
{
    return mg_v_sigmoid(x);
}

float mg_sin_float(float x)
{
    return mg_v_sin(x);
}

float mg_cos_float(float x)
{
    return mg_v_cos(x);
}

float mg_sqrt_float(float x)
{
    return mg_v_sqrt(x);
}
