# title: Greedy play while learning (Figure 3a)
# caption: Mean return of both agents in 100 greedy episodes, every 50 of training. Thin lines are the single seeds, the
#          thick line is their mean, the dashed line where the paper's text says that the method ends (its figure has no
#          numbers). 0.97 is what both get who walk apart, 0.49 what both get who go for the middle, 0.51 what random play
#          earns.
metric = 'return_mean'
y_label = 'return of an episode'
x_label = 'training episodes'
paper_name = 'where the paper says it ends'
across = 4
set xtics 1000
load shared.'/default-curves.gp'
