# title: Greedy play while learning (Figure 3a)
# caption: Mean return of both agents in 100 greedy episodes, every 50 of training. Thin lines are the single seeds, the
#          thick line is their mean, the dashed line is the number that the paper's text gives, for DQN and DGN alone (its
#          figure has none); of the others it says that LToS, JointDQN and Coco-Q are best, and that the rest comes to
#          cooperate. 0.97 is what both get who walk apart, 0.49 what both get who go for the middle, 0.51 what random play
#          earns, −0.5 walking to and fro to the end.
load data.'/result.gp'
if (!exists('curve_keys_return_mean')) exit gnuplot # no data, no figure
series = ''; keys = ''
do for [k = 1:words(curve_keys_return_mean)] { # readings have a figure of their own: a name with a variant
    if (strstrt(word(curve_series_return_mean, k), '/') == 0) {
        series = series.' '.word(curve_series_return_mean, k)
        keys = keys.' '.word(curve_keys_return_mean, k)
    }
}
if (words(keys) == 0) exit gnuplot
metric = 'return_mean'
y_label = 'return of an episode'
x_label = 'training episodes'
by_episodes = 1
paper_name = 'the paper’s number'
across = 4
set xtics 1000
load shared.'/default-curves.gp'
