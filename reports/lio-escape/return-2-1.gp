# title: Collective return in ER(2,1) (thesis Figure 5.5a)
# place: 1
# caption: Both extrinsic rewards of an episode, added, in ten episodes an evaluation; policies are sampled without
#          exploration. 9 is the most: one pulls at once and the other leaves. Thin lines are the single seeds, thick
#          lines their mean, the dashed line is what the thesis says is approached. An iteration of lio and lio-dec plays
#          two episodes, of the others one. lio/er-2-1-pure takes its policy step with log π as the thesis writes it,
#          lola-d/er-2-1-log has log-likelihoods that are not divided by the number of choices,
#          lola-d/er-2-1-values has values that end with the episode. A run that diverged ends where it did, and
#          the mean is that of the others.
metric = 'return_sum'
variants = 'er_2_1 er_2_1_pure er_2_1_log er_2_1_values'
y_label = 'collective return'
x_label = 'training episodes'
by_episodes = 1
paper_name = 'thesis'
across = 4
lowest = -5.0; highest = 9.0
load shared.'/variant.gp'
load shared.'/default-curves.gp'
