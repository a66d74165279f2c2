# title: Collective return in ER(3,2) (thesis Figure 5.5c)
# place: 2
# caption: As above; 8 is the most: two pull at once and the third leaves. A run that diverged ends where it did, and the mean
#          is that of the others.
metric = 'return_sum'
variants = 'er_3_2'
y_label = 'collective return'
x_label = 'training episodes'
by_episodes = 1
paper_name = 'thesis'
across = 4
lowest = -6.0; highest = 8.0
load shared.'/variant.gp'
load shared.'/default-curves.gp'
